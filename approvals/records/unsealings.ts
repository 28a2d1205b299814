// Opening what was typed in one session, for one auditor and one day: asking for it, and reading with it once custodians
// have agreed. Their part is in custodian-shares.ts.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor } from '../../identity/login/fresh-factor.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, witnessed } from '../../identity/permission.ts';
import { plainText } from '../../identity/plain-text.ts';
import type { TrackHeader } from '../../recordings/format/header.ts';
import { KEY_BYTES } from '../../recordings/format/track.ts';
import { type CustodianTerms, custodianTerms } from '../../recordings/storage/custodian-seal.ts';
import { opensWithRecordsKey, unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { unwrap } from '../../recordings/storage/wrap.ts';
import { newId, type SessionId } from '../../store/core/ids.ts';
import { Secret } from '../../store/core/secret.ts';
import type { Tx } from '../../store/database.ts';
import { findSessions } from '../access/session-repository.ts';
import { visibleSession } from '../access/visible-session.ts';
import { alreadyAsked, keysUnreadable } from './unsealing-refusals.ts';
import {
  findOpen,
  findWaiting,
  forgetOld,
  insertUnsealing,
  listUnsealings,
  type UnsealingRow,
} from './unsealing-repository.ts';
import { keyPurpose, named, type UnsealingUses } from './unsealing-uses.ts';
import { type UnsealingView, unsealingView } from './unsealing-view.ts';

/** How long custodians may take, and how long it is open then. */
const WAITING_MS = 72 * 3_600_000;
export const OPEN_MS = 24 * 3_600_000;

export interface Unsealings {
  /** Throws `session.absent`, `unsealing.asked-before`, `unsealing.keys-unreadable`, `text.refused`. */
  ask(user: AuthenticatedUser, fresh: FreshFactor, session: string, reason: string): Promise<UnsealingView>;
  /** An auditor sees all, a custodian those of sessions with a share of theirs. */
  list(user: AuthenticatedUser): Promise<readonly UnsealingView[]>;
  /** The key of what was typed, while it is open for this person; leaves `unsealing.read`. */
  keyFor(user: AuthenticatedUser, session: SessionId, header: TrackHeader): Promise<Secret | undefined>;
}

export function createUnsealings(uses: UnsealingUses): Unsealings {
  const { database, clock, append, changes, policies, recordsKey, headerOf } = uses;
  return {
    ask: (user, fresh, id, text) =>
      witnessed(uses, user, 'session.unseal', { session: id.slice(0, 64).toWellFormed() }, async () => {
        const reason = plainText(text, { field: 'reason', maxLength: 1000, lines: 'many' });
        const session = await database.transaction((tx) => visibleSession(uses, tx, user, id, 'session.unseal'));
        const terms = await readable(session.id);
        spendFreshFactor(fresh, user, 'session.unseal', clock);
        const row = newUnsealing({ session: session.id, user, reason, now: clock.now(), guarded: terms !== undefined });
        const seen = await database.transaction(async (tx) => {
          await requireActive(tx, user);
          await insertOnce(tx, row);
          await writeDown(tx, user, row, terms);
          return unsealingView(
            tx,
            user,
            { row: { ...row, requester: user.account.name }, session, terms },
            clock.now(),
          );
        });
        changes.publish('sessions');
        return seen;
      }),

    list: (user) =>
      witnessed(uses, user, 'custodian.list', null, async () => {
        policies.authorize(user, 'custodian.list', { kind: 'system' });
        const views: UnsealingView[] = [];
        for (const row of await database.transaction((tx) => listUnsealings(tx))) {
          const header = await headerOf(row.session_id);
          const seen = await database.transaction(async (tx) => {
            const [session] = await findSessions(tx, { session: row.session_id });
            return session && unsealingView(tx, user, { row, session, terms: termsOf(header) }, clock.now());
          });
          if (seen !== undefined && concerns(user, seen)) views.push(seen);
        }
        return views;
      }),

    async keyFor(user, session, header) {
      const row = await database.transaction((tx) => findOpen(tx, session, user.account.id, clock.now()));
      const key = row === undefined ? undefined : row.data_key === null ? byRecordsKey(header) : openedKey(row);
      if (row === undefined || key === undefined) return undefined;
      await database.transaction((tx) =>
        append(tx, { type: 'unsealing.read', actor: actorOf(user), source: user.source, details: named(row) }),
      );
      return key;
    },
  };

  /** What the header says of custodians; throws where nothing can ever open the track. */
  async function readable(session: SessionId): Promise<CustodianTerms | undefined> {
    const header = await headerOf(session);
    const terms = termsOf(header);
    if (header === undefined || (terms === undefined && !opensWithRecordsKey(header))) throw keysUnreadable();
    return terms;
  }

  async function insertOnce(tx: Tx, row: UnsealingRow): Promise<void> {
    const { session_id: session, requester_id: requester, asked_at: now } = row;
    await forgetOld(tx, now);
    const before = (await findOpen(tx, session, requester, now)) ?? (await findWaiting(tx, session, requester, now));
    if (before !== undefined) throw alreadyAsked();
    await insertUnsealing(tx, row);
  }

  async function writeDown(
    tx: Tx,
    user: AuthenticatedUser,
    row: UnsealingRow,
    terms: CustodianTerms | undefined,
  ): Promise<void> {
    const of = { actor: actorOf(user), source: user.source };
    const asked = { threshold: terms?.threshold ?? 0, custodians: terms?.shares.length ?? 0, reason: row.reason };
    await append(tx, { ...of, type: 'unsealing.asked', details: { ...named(row), ...asked } });
    if (row.open_until === null) return;
    await append(tx, { ...of, type: 'unsealing.opened', details: { ...named(row), until: row.open_until } });
  }

  function byRecordsKey(header: TrackHeader): Secret | undefined {
    return opensWithRecordsKey(header) ? unwrapTrackKey(recordsKey, header) : undefined;
  }

  function openedKey(row: UnsealingRow): Secret | undefined {
    const key = unwrap(recordsKey, Buffer.from(row.data_key ?? '', 'base64'), keyPurpose(row.id));
    return key?.length === KEY_BYTES ? Secret.ofBytes(key) : undefined;
  }
}

function newUnsealing(of: {
  readonly session: SessionId;
  readonly user: AuthenticatedUser;
  readonly reason: string;
  readonly now: number;
  /** False where the records key opens the track anyway: asking is all there is to do, and it is on record. */
  readonly guarded: boolean;
}): UnsealingRow {
  const { session, user, reason, now, guarded } = of;
  return {
    id: newId('uns'),
    session_id: session,
    requester_id: user.account.id,
    reason,
    asked_at: now,
    expires_at: now + WAITING_MS,
    opened_at: guarded ? null : now,
    open_until: guarded ? null : now + OPEN_MS,
    data_key: null,
  };
}

function termsOf(header: TrackHeader | undefined): CustodianTerms | undefined {
  return header && custodianTerms(header);
}

function concerns({ account }: AuthenticatedUser, { waitsForMe, shares }: UnsealingView): boolean {
  return account.role === 'auditor' || waitsForMe || shares.some((share) => share.account === account.name);
}
