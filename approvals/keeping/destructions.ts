// Destroying recordings by two people: an auditor asks, a head approves, and whoever asked carries it out once. The act
// is one transaction with its evidence; only then is anything erased, and an erasure that is broken off goes on later.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { actorOf } from '../../identity/permission.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { LastMeasure } from '../../recordings/destroy/last-measure.ts';
import type { Clock } from '../../store/core/clock.ts';
import { parseId, type SessionId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import { sessionAbsent } from '../access/session-log.ts';
import { findSessions, findTracks, type SessionView } from '../access/session-repository.ts';
import { visibleSession } from '../access/visible-session.ts';
import type { RecordUse } from '../records/record-use.ts';
import { findRequest } from '../records/repository.ts';
import type { RecordRequests } from '../records/service.ts';
import { forgetKeysOf } from '../records/unsealing-repository.ts';
import { type RecordRequestView, resourceOf } from '../records/view.ts';
import { requireAsWritten, requireDue } from './destructible.ts';
import { askedSessions, insertAsked, insertDestruction } from './destruction-repository.ts';
import type { Eraser } from './eraser.ts';

export interface Destroyed {
  readonly sessions: readonly SessionId[];
  /** False: something is still there and will be erased when the disk allows it. */
  readonly erased: boolean;
}

export interface Destructions {
  /** Throws `session.absent`, `destroy.not-due`, `destroy.on-hold`, `recording.destroyed` or the policy's refusal. */
  ask(user: AuthenticatedUser, sessions: readonly string[], reason: string): Promise<RecordRequestView>;
  /** Uses the approval up: all of them or none. Throws the same again, and `destroy.altered`. */
  destroy(user: AuthenticatedUser, request: string): Promise<Destroyed>;
}

export interface DestructionUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly policies: Policies;
  readonly requests: RecordRequests;
  readonly eraser: Eraser;
  readonly retentionDays: number;
  /** What is there of a recording; undefined where there is none. */
  readonly measure: (session: SessionId) => Promise<LastMeasure | undefined>;
}

const MOST_AT_ONCE = 100;

const badList = defineRefusal('destroy.sessions', 'invalid', () => ({
  zh: `一次可申请销毁 1 至 ${MOST_AT_ONCE} 个会话的录像`,
  en: `expected 1 to ${MOST_AT_ONCE} sessions`,
}));

export function createDestructions(uses: DestructionUses): Destructions {
  const { requests, eraser } = uses;
  return {
    async ask(user, given, reason) {
      const wanted = [...new Set(given)];
      const [first] = wanted;
      if (first === undefined || wanted.length > MOST_AT_ONCE) throw badList();
      const wish = { kind: 'destroy', terms: { sessions: wanted.map((id) => id.slice(0, 64)) }, reason } as const;
      return requests.ask(user, first, wish, async (tx, request) => {
        const sessions: SessionId[] = [];
        for (const id of wanted) sessions.push(await mayAsk(uses, tx, user, id));
        await insertAsked(tx, request.id, sessions);
      });
    },
    async destroy(user, id) {
      // Before the transaction, which would hold up everybody else: the files do not change any more.
      const measured = await measuredFor(uses, user, id);
      const destroyed: SessionId[] = [];
      await requests.use(user, 'destroy', id, async (tx, use) => {
        destroyed.splice(0);
        for (const session of await askedSessions(tx, use.request.id)) {
          await destroyOne(uses, tx, use, session, measured.get(session));
          destroyed.push(session);
        }
      });
      return { sessions: destroyed, erased: await eraser.finish() };
    },
  };
}

async function mayAsk(uses: DestructionUses, tx: Tx, user: AuthenticatedUser, id: string): Promise<SessionId> {
  const { clock, retentionDays } = uses;
  const session = await visibleSession(uses, tx, user, id, 'destroy.ask');
  await requireDue(tx, session, retentionDays, clock.now());
  return session.id;
}

async function sessionOf(tx: Tx, text: string): Promise<SessionView> {
  const session = parseId('ses', text);
  const [found] = session === undefined ? [] : await findSessions(tx, { session });
  if (found === undefined) throw sessionAbsent();
  return found;
}

/** Nothing for whoever may not carry it out: they are refused when they try. */
async function measuredFor(
  { database, policies, measure }: DestructionUses,
  user: AuthenticatedUser,
  text: string,
): Promise<ReadonlyMap<SessionId, LastMeasure>> {
  const id = parseId('req', text);
  const sessions = await database.transaction(async (tx) => {
    const request = id && (await findRequest(tx, id));
    const may = request !== undefined && policies.allows(user, 'destroy.use', resourceOf(request));
    return may && request.progress.state === 'approved' ? askedSessions(tx, request.id) : [];
  });
  const found = new Map<SessionId, LastMeasure>();
  for (const session of sessions) {
    const tracks = await measure(session);
    if (tracks !== undefined) found.set(session, tracks);
  }
  return found;
}

async function destroyOne(
  { append, clock, retentionDays }: DestructionUses,
  tx: Tx,
  { user, request }: RecordUse,
  id: SessionId,
  measured: LastMeasure | undefined,
): Promise<void> {
  if (request.progress.state !== 'used') throw new Error('expected an approval that is being used');
  const now = clock.now();
  await requireDue(tx, await sessionOf(tx, id), retentionDays, now);
  const tracks = requireAsWritten(id, measured, await findTracks(tx, id));
  await append(tx, {
    type: 'recording.destroyed',
    actor: actorOf(user),
    source: user.source,
    details: {
      session: id,
      request: request.id,
      asked: request.requester,
      approved: request.progress.approval.by,
      reason: request.reason,
      tracks,
    },
  });
  await insertDestruction(tx, { session: id, request: request.id, at: now });
  await forgetKeysOf(tx, id);
}
