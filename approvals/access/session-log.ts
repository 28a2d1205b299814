// Sessions in the database and in the evidence: opened once, ended once.

import type { AppendEvidence, EvidenceEvent, FileEvent } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { actorOf, SYSTEM, witnessed } from '../../identity/permission.ts';
import type { Policies } from '../../policies/evaluate.ts';
import { canonicalJson, type Json } from '../../store/core/canonical-json.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import { type AccountId, parseId, type SessionId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import { decidedOnce } from '../decided-once.ts';
import { type ApprovedChannel, isApproved } from './approved-channel.ts';
import type { Gate } from './gate.ts';
import {
  findSessions,
  insertSession,
  type SessionView,
  unendedByAccount,
  unknownSessions,
} from './session-repository.ts';

export type { SessionView } from './session-repository.ts';

export interface SessionEnd {
  readonly reason: EndReason;
  readonly exitStatus: number | null;
  readonly exitSignal: string | null;
  /** Bytes in the recording, both ways; null when it could not be sealed. */
  readonly recordedBytes: number | null;
  /** Track name → { head, frames, bytes }; null when it could not be sealed. */
  readonly tracks: Json | null;
  /** The tracks were found without an end after a crash, and are logged as such. */
  readonly recovered?: boolean;
}

export interface SessionFilter {
  readonly ticket?: string;
  readonly account?: string;
  readonly live?: boolean;
}

export const sessionAbsent = defineRefusal('session.absent', 'absent', () => ({
  zh: '没有这个会话',
  en: 'there is no such session',
}));

export interface SessionLog {
  /**
   * Writes the session down, with `session.opened` and `recording.opened`. Asks the gate once more in the same
   * transaction and throws its Refusal, so that nothing opens that was revoked a moment ago.
   */
  opened(approved: ApprovedChannel, heads: Json): Promise<void>;
  recordingHead(session: SessionId, heads: Json): Promise<void>;
  /** What a session did to files, in order: all of it or nothing. */
  files(session: SessionId, events: readonly FileEvent[]): Promise<void>;
  /** True for the first caller; false when the session had already ended, and then nothing is written. */
  ended(session: SessionId, end: SessionEnd): Promise<boolean>;
  /** A recording was begun for a session that then did not open: the log has to know its files all the same. */
  neverOpened(session: SessionId, tracks: Json, found: 'sealed' | 'recovered'): Promise<void>;
  /** Of these, the sessions that neither the list nor the log knows: a crash came between files and evidence. */
  unknown(sessions: readonly SessionId[]): Promise<readonly SessionId[]>;
  /** Newest first; operators see their own. */
  list(user: AuthenticatedUser, filter?: SessionFilter): Promise<readonly SessionView[]>;
  /** Throws `session.absent` for what does not exist or may not be seen. */
  get(user: AuthenticatedUser, id: string): Promise<SessionView>;
  /** For start-up: sessions that an earlier process left without an end, oldest first. */
  unended(): Promise<readonly SessionView[]>;
  /** How many sessions each account has without an end. */
  liveByAccount(): Promise<ReadonlyMap<AccountId, number>>;
}

export interface SessionLogUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
  readonly gate: Pick<Gate, 'confirm'>;
}

export function createSessionLog(uses: SessionLogUses): SessionLog {
  const { database, clock, append, changes, policies } = uses;
  // Asked once for each owner: policies know a session by whose it is, and asking for each of a year's sessions held
  // the controller up for longer than the gateways' lease.
  const mayRead = (user: AuthenticatedUser) =>
    decidedOnce(
      ({ account }: SessionView) => account.id,
      ({ id, account }) => policies.allows(user, 'session.read', { kind: 'session', id, account: account.id }),
    );
  return {
    async opened(approved, heads) {
      await database.transaction((tx) => opened(uses, tx, approved, heads));
      changes.publish('sessions');
    },
    recordingHead: (session, heads) =>
      database.transaction((tx) =>
        append(tx, { type: 'recording.head', actor: { kind: 'system' }, details: { session, heads } }),
      ),
    files: (session, events) =>
      database.transaction(async (tx) => {
        for (const event of events) await append(tx, fileEvidence(session, event));
      }),
    async ended(session, end) {
      const first = await database.transaction((tx) => ended(tx, append, session, end, clock.now()));
      if (first) changes.publish('sessions');
      return first;
    },
    neverOpened: (session, tracks, found) =>
      database.transaction((tx) =>
        append(tx, { type: `recording.${found}`, actor: { kind: 'system' }, details: { session, tracks } }),
      ),
    unknown: (sessions) => database.transaction((tx) => unknownSessions(tx, sessions)),
    list: (user, filter = {}) =>
      witnessed(uses, user, 'session.list', null, async () => {
        policies.authorize(user, 'session.list', SYSTEM);
        const found = await database.transaction((tx) => findSessions(tx, selection(user, filter)));
        return found.filter(mayRead(user));
      }),
    get: (user, id) =>
      witnessed(uses, user, 'session.read', { session: id.slice(0, 64).toWellFormed() }, async () => {
        const session = parseId('ses', id);
        const [found] = session === undefined ? [] : await database.transaction((tx) => findSessions(tx, { session }));
        if (found === undefined || !mayRead(user)(found)) throw sessionAbsent();
        return found;
      }),
    unended: () => database.transaction(async (tx) => (await findSessions(tx, { live: true })).reverse()),
    liveByAccount: () => database.transaction(unendedByAccount),
  };
}

function fileEvidence(session: SessionId, event: FileEvent): EvidenceEvent {
  const actor = { kind: 'system' } as const;
  switch (event.type) {
    case 'file.opened':
      return { type: event.type, actor, details: { session, ...event.details } };
    case 'file.closed':
      return { type: event.type, actor, details: { session, ...event.details } };
    case 'file.changed':
      return { type: event.type, actor, details: { session, ...event.details } };
    case 'file.refused':
      return { type: event.type, actor, details: { session, ...event.details } };
  }
}

function selection(user: AuthenticatedUser, filter: SessionFilter) {
  const own = user.account.role === 'operator' ? { owner: user.account.id } : {};
  return { ...filter, ...own };
}

async function opened(uses: SessionLogUses, tx: Tx, approved: ApprovedChannel, heads: Json): Promise<void> {
  const { append, clock, gate } = uses;
  if (!isApproved(approved)) throw new Error('expected a channel that the gate approved');
  await gate.confirm(tx, approved);
  await insertSession(tx, approved, clock.now());
  const { session, user, ticket, target, targetAccount, kind, via, command, files, destination, source } = approved;
  await append(tx, {
    type: 'session.opened',
    actor: actorOf(user),
    source,
    details: {
      session,
      ticket: ticket.id,
      account: user.account.id,
      targetAccount: targetAccount.id,
      target: target.name,
      login: targetAccount.login,
      kind,
      via,
      command: command?.toWellFormed() ?? null,
      ...(files && { files: { ...files } }),
      ...(destination && { destination: { ...destination } }),
      ...(approved.supervised && { supervised: true as const }),
    },
  });
  await append(tx, { type: 'recording.opened', actor: { kind: 'system' }, details: { session, heads } });
}

async function ended(
  tx: Tx,
  append: AppendEvidence,
  session: SessionId,
  end: SessionEnd,
  now: number,
): Promise<boolean> {
  const { reason, exitStatus, exitSignal, recordedBytes, tracks, recovered = false } = end;
  const result = await tx
    .updateTable('session')
    .set({
      ended_at: now,
      end_reason: reason,
      exit_status: exitStatus,
      exit_signal: exitSignal,
      recorded_bytes: recordedBytes,
      recording_heads: tracks === null ? null : canonicalJson(tracks),
    })
    .where('id', '=', session)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  const actor = { kind: 'system' } as const;
  await append(tx, { type: 'session.ended', actor, details: { session, reason, exitStatus, exitSignal } });
  if (tracks === null) return true;
  const type = recovered ? 'recording.recovered' : 'recording.sealed';
  await append(tx, { type, actor, details: { session, tracks } });
  return true;
}
