// Shutting out at once what is hostile or compromised (R29): one act, after which nothing opens for it, its sign-ins are
// over and its live channels are cut, with the measured times.

import type { AppendEvidence } from '../../audit/event.ts';
import type { Clock } from '../../store/core/clock.ts';
import { newId, parseId } from '../../store/core/ids.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import type { LockScope } from '../../store/schema/states.ts';
import { endBrowserSessionsOf } from '../browser/browser-sessions.ts';
import type { CutSession } from '../departures/departures.ts';
import type { AuthenticatedUser } from '../login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor } from '../login/fresh-factor.ts';
import { parseSourceBlock } from '../login/source-block.ts';
import type { Person } from '../people/account.ts';
import { accountsOfSamePerson, findAccount, listAccounts, requireActive } from '../people/account-repository.ts';
import { type Authorize, actorOf, SYSTEM, witnessed } from '../permission.ts';
import { plainText } from '../plain-text.ts';
import { listTargets } from '../targets/target-repository.ts';
import {
  LONGEST_LOCK_MS,
  type Lock,
  liftsAlone,
  lockAbsent,
  lockInvalid,
  lockOn,
  locksOwnWay,
  onlyHeadsLockHeads,
} from './lock.ts';
import { askToLift, insertLock, liftLock, locksInForce } from './lock-repository.ts';

/** Attacker-controlled. */
export interface LockBody {
  readonly scope: LockScope;
  /** An account's id, a vendor's name, a target's id, an address or block; null of everything. */
  readonly subject: string | null;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

export interface LockView extends Omit<Lock, 'placedBy' | 'liftAskedBy'> {
  /** The person's or target's name where the subject is an id. */
  readonly name: string | null;
  readonly placedBy: Person;
  readonly liftAskedBy: Person | null;
}

export interface LockReceipt {
  readonly lock: LockView;
  readonly browserSessions: number;
  readonly sessions: readonly CutSession[];
}

export interface Locks {
  /** In force, oldest first. */
  list(user: AuthenticatedUser): Promise<readonly LockView[]>;
  /** Throws `lock.invalid`, `duty.locks-self`, `duty.only-heads-lock-heads`, `ticket.source-invalid`. */
  place(user: AuthenticatedUser, body: LockBody): Promise<LockReceipt>;
  /**
   * Throws `lock.absent`, `duty.only-heads-lock-heads`. One of everything is lifted by the second of two people, of whom
   * one is a head: the first only asks; `duty.lifts-lockdown-alone` where it is the same person again.
   */
  lift(user: AuthenticatedUser, fresh: FreshFactor, id: string): Promise<readonly LockView[]>;
}

export interface LockUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly authorize: Authorize;
  /** Cuts every live channel that the lock reaches, and says how long each took. */
  readonly cutSessions: (lock: Lock) => Promise<readonly CutSession[]>;
}

export function createLocks(uses: LockUses): Locks {
  const { database, clock, append, changes, authorize, cutSessions } = uses;
  return {
    list: (user) =>
      witnessed(uses, user, 'lock.list', null, async () => {
        authorize(user, 'lock.list', SYSTEM);
        return database.transaction((tx) => viewAll(tx, clock.now()));
      }),
    place: (user, body) =>
      witnessed(uses, user, 'lock.place', { scope: body.scope }, async () => {
        authorize(user, 'lock.place', SYSTEM);
        const placed = await database.transaction(async (tx) => {
          await requireActive(tx, user);
          return place(uses, tx, user, body);
        });
        const cutting = cutSessions(placed.lock);
        changes.publish('people');
        const sessions = await cutting;
        const measured = sessions.map(({ session, closedAfterMs }) => ({
          session,
          closedAfterMs: closedAfterMs === null ? null : Math.round(closedAfterMs),
        }));
        await database.transaction((tx) =>
          append(tx, {
            type: 'lock.measured',
            actor: { kind: 'system' },
            details: { lock: placed.lock.id, sessions: measured },
          }),
        );
        const lock = await database.transaction(async (tx) => {
          const found = (await viewAll(tx, clock.now())).find(({ id }) => id === placed.lock.id);
          if (found === undefined) throw lockAbsent();
          return found;
        });
        return { lock, browserSessions: placed.browserSessions, sessions };
      }),
    lift: (user, fresh, id) =>
      witnessed(uses, user, 'lock.lift', { lock: id.slice(0, 64).toWellFormed() }, async () => {
        authorize(user, 'lock.lift', SYSTEM);
        spendFreshFactor(fresh, user, 'lock.lift', clock);
        const left = await database.transaction(async (tx) => {
          await requireActive(tx, user);
          await lift(uses, tx, user, id);
          return viewAll(tx, clock.now());
        });
        changes.publish('people');
        return left;
      }),
  };
}

async function place({ clock, append }: LockUses, tx: Tx, user: AuthenticatedUser, body: LockBody) {
  const now = clock.now();
  const { scope, endsAt } = body;
  const reason = plainText(body.reason, { field: 'reason', maxLength: 1000, lines: 'many' });
  if (!Number.isSafeInteger(endsAt) || endsAt <= now || endsAt - now > LONGEST_LOCK_MS) throw lockInvalid();
  const subject = await subjectOf(tx, scope, body.subject);
  const by = user.account.id;
  const lock: Lock = {
    ...{ id: newId('lck'), scope, subject, reason, endsAt },
    placedBy: by,
    placedAt: now,
    liftAskedBy: null,
  };
  if (scope !== 'everything' && lockOn([lock], reachOf(user)) !== undefined) throw locksOwnWay();
  await requireMayTouch(tx, user, lock);
  await insertLock(tx, lock);
  const browserSessions = await endBrowserSessions(tx, lock);
  const details = { lock: lock.id, scope, subject, reason, endsAt, browserSessions };
  await append(tx, { type: 'lock.placed', actor: actorOf(user), source: user.source, details });
  return { lock, browserSessions };
}

function reachOf({ account, source }: AuthenticatedUser) {
  return { account: account.id, vendor: account.vendor, source };
}

/** What there is; throws `lock.invalid`. */
async function subjectOf(tx: Tx, scope: LockScope, subject: string | null): Promise<string | null> {
  if (scope === 'everything') {
    if (subject !== null) throw lockInvalid();
    return null;
  }
  if (subject === null) throw lockInvalid();
  if (scope === 'source') return parseSourceBlock(subject);
  const there =
    scope === 'target'
      ? (await listTargets(tx)).some(({ id }) => id === subject)
      : (await listAccounts(tx)).some(
          ({ person, state }) => state !== 'departed' && (scope === 'person' ? person.id : person.vendor) === subject,
        );
  if (!there) throw lockInvalid();
  return subject;
}

async function requireMayTouch(tx: Tx, user: AuthenticatedUser, { scope, subject }: Lock): Promise<void> {
  const id = scope === 'person' && subject !== null ? parseId('acc', subject) : undefined;
  const locked = id === undefined ? undefined : await findAccount(tx, id);
  if (locked?.person.role === 'head' && user.account.role !== 'head') throw onlyHeadsLockHeads();
}

/** Of everybody whom it keeps from signing in. */
async function endBrowserSessions(tx: Tx, lock: Lock): Promise<number> {
  if (lock.scope === 'everything' || lock.scope === 'target') return 0;
  if (lock.scope === 'source') return endFrom(tx, lock);
  let ended = 0;
  for (const { person } of await listAccounts(tx)) {
    const reached = lockOn([lock], { account: person.id, vendor: person.vendor, source: '' });
    if (reached !== undefined) ended += await endBrowserSessionsOf(tx, person.id);
  }
  return ended;
}

async function endFrom(tx: Tx, lock: Lock): Promise<number> {
  const rows = await tx.selectFrom('browser_session').select(['token_hash', 'source', 'account_id']).execute();
  const reached = rows.filter(
    (row) => lockOn([lock], { account: row.account_id, vendor: null, source: row.source }) !== undefined,
  );
  for (const { token_hash: hash } of reached) {
    await tx.deleteFrom('browser_session').where('token_hash', '=', hash).execute();
  }
  return reached.length;
}

async function lift({ clock, append }: LockUses, tx: Tx, user: AuthenticatedUser, text: string): Promise<void> {
  const now = clock.now();
  const id = parseId('lck', text);
  const lock = (await locksInForce(tx, now)).find((each) => each.id === id);
  if (id === undefined || lock === undefined) throw lockAbsent();
  await requireMayTouch(tx, user, lock);
  const by = user.account.id;
  if (lock.scope === 'person' && lock.subject === by) throw locksOwnWay();
  const event = { actor: actorOf(user), source: user.source };
  if (lock.scope === 'everything' && !(await isSecondOfTwo(tx, user, lock))) {
    await askToLift(tx, id, by);
    await append(tx, { type: 'lock.lift-asked', ...event, details: { lock: id } });
    return;
  }
  await liftLock(tx, id, by, now);
  await append(tx, { type: 'lock.lifted', ...event, details: { lock: id } });
}

/** Whether somebody else has asked before, and one of the two is a head. Throws `duty.lifts-lockdown-alone`. */
async function isSecondOfTwo(tx: Tx, { account }: AuthenticatedUser, { liftAskedBy }: Lock): Promise<boolean> {
  if (liftAskedBy === null) return false;
  const same = await accountsOfSamePerson(tx, { id: account.id, among: [liftAskedBy] });
  if (liftAskedBy === account.id || same.length > 0) throw liftsAlone();
  const asker = await findAccount(tx, liftAskedBy);
  // Whoever has left meanwhile counts no more.
  if (asker?.state !== 'active') return false;
  return account.role === 'head' || asker.person.role === 'head';
}

async function viewAll(tx: Tx, now: number): Promise<readonly LockView[]> {
  const people = new Map((await listAccounts(tx)).map(({ person }) => [person.id as string, person]));
  const targets = new Map((await listTargets(tx)).map(({ id, name }) => [id as string, name]));
  const known = (id: string): Person => {
    const person = people.get(id);
    if (person === undefined) throw new Error(`expected a row for ${id}`);
    return person;
  };
  return (await locksInForce(tx, now)).map((lock) => ({
    ...lock,
    name:
      lock.subject === null
        ? null
        : (people.get(lock.subject)?.displayName ?? targets.get(lock.subject) ?? lock.subject),
    placedBy: known(lock.placedBy),
    liftAskedBy: lock.liftAskedBy === null ? null : known(lock.liftAskedBy),
  }));
}
