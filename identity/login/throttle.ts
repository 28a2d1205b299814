// How often somebody may be wrong. Every attempt is charged *before* it is judged, so any number of guesses at once
// costs as much as one after another; a right answer gives the charge back. Names that do not exist are counted the
// same way.
//
//   pair    name and source   5 wrong   the lock people meet: 15 min, doubling to 4 h
//   name    name, anywhere   25 wrong   against guessing from many places: 15 min, doubling to 1 h
//   source  source, anyone   50 wrong   against trying many names: 15 min, doubling to 4 h; forgotten after 1 h
//
// Somebody who wants to lock a colleague out from elsewhere needs 25 guesses spread over five sources, and gets an
// hour at a time; the pair lock alone would let a network of machines guess for ever, the name lock alone would let
// one machine lock out the head. Success clears pair and name, never the source, which an insider could otherwise
// clear with their own account.

import type { Actor, AppendEvidence } from '../../audit/event.ts';
import type { Tx } from '../../store/database.ts';
import { loginThrottled } from './login-refusals.ts';
import { sourceNetwork } from './source-address.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Limit {
  readonly failures: number;
  readonly longestLock: number;
  readonly forgottenAfter: number;
}

export const LIMITS = {
  pair: { failures: 5, longestLock: 4 * HOUR, forgottenAfter: 24 * HOUR },
  name: { failures: 25, longestLock: HOUR, forgottenAfter: 24 * HOUR },
  source: { failures: 50, longestLock: 4 * HOUR, forgottenAfter: HOUR },
} as const satisfies Record<string, Limit>;

const FIRST_LOCK = 15 * MINUTE;

export interface Attempt {
  /** As `typedName` gives it. */
  readonly name: string;
  readonly source: string;
}

interface Counter {
  readonly failures: number;
  readonly lastFailureAt: number;
  readonly lockedUntil: number;
}

interface ChargedCounter {
  readonly kind: keyof typeof LIMITS;
  readonly key: string;
  readonly before: Counter;
  readonly after: Counter;
}

export type Charge = readonly ChargedCounter[];

const EMPTY: Counter = { failures: 0, lastFailureAt: 0, lockedUntil: 0 };

/** Counts one attempt as wrong for now. Throws `login.throttled` when one of its counters is locked. */
export async function charge(tx: Tx, attempt: Attempt, now: number): Promise<Charge> {
  const charged: ChargedCounter[] = [];
  for (const { kind, key } of keysOf(attempt)) {
    const before = await read(tx, key, LIMITS[kind], now);
    if (before.lockedUntil > now) throw loginThrottled();
    charged.push({ kind, key, before, after: afterFailure(before, LIMITS[kind], now) });
  }
  for (const { key, after } of charged) await write(tx, key, after);
  return charged;
}

/** The charged attempt was right, but the login is not over: as if it had not been made. */
export async function refund(tx: Tx, charged: Charge): Promise<void> {
  for (const { key, before, after } of charged) {
    const now = await stored(tx, key);
    const alone = now.failures === after.failures && now.lastFailureAt === after.lastFailureAt;
    await write(tx, key, alone ? before : { ...now, failures: Math.max(0, now.failures - 1) });
  }
}

/**
 * Signed in: what was wrong before is forgotten for this name, here and elsewhere. Counters too old to matter go, too:
 * here and not when charging, where sweeping the table would make every attempt wait for every other.
 */
export async function clear(tx: Tx, charged: Charge, now: number): Promise<void> {
  await tx
    .deleteFrom('login_throttle')
    .where('last_failure_at', '<', now - 24 * HOUR)
    .where('locked_until', '<', now)
    .execute();
  await refund(
    tx,
    charged.filter(({ kind }) => kind === 'source'),
  );
  const forgotten = charged.filter(({ kind }) => kind !== 'source').map(({ key }) => key);
  await tx.deleteFrom('login_throttle').where('key', 'in', forgotten).execute();
}

/** Whether a lock that concerns this attempt was closed after that moment, open again or not. */
export async function lockedSince(tx: Tx, attempt: Attempt, moment: number): Promise<boolean> {
  const row = await tx
    .selectFrom('login_throttle')
    .select('key')
    .where(
      'key',
      'in',
      keysOf(attempt).map(({ key }) => key),
    )
    .where('locked_until', '>', moment)
    .executeTakeFirst();
  return row !== undefined;
}

/** The charged attempt was wrong: says which locks it closed. */
export async function recordLocks(
  tx: Tx,
  append: AppendEvidence,
  charged: Charge,
  actor: Actor,
  source: string,
): Promise<void> {
  for (const { key, after } of charged) {
    if (after.lockedUntil === 0) continue;
    await append(tx, { type: 'login.locked', actor, source, details: { key, until: after.lockedUntil } });
  }
}

/** Pure: the counter after one more failure. */
export function afterFailure(before: Counter, limit: Limit, now: number): Counter {
  const failures = before.failures + 1;
  const over = failures - limit.failures;
  const lock = over < 0 ? 0 : Math.min(FIRST_LOCK * 2 ** Math.min(over, 20), limit.longestLock);
  return { failures, lastFailureAt: now, lockedUntil: lock === 0 ? 0 : now + lock };
}

function keysOf({ name, source }: Attempt): { readonly kind: keyof typeof LIMITS; readonly key: string }[] {
  const network = sourceNetwork(source);
  return [
    { kind: 'pair', key: `pair:${name} ${network}` },
    { kind: 'name', key: `name:${name}` },
    { kind: 'source', key: `source:${network}` },
  ];
}

async function read(tx: Tx, key: string, limit: Limit, now: number): Promise<Counter> {
  const counter = await stored(tx, key);
  const quietSince = Math.max(counter.lastFailureAt, counter.lockedUntil);
  return now - quietSince > limit.forgottenAfter ? EMPTY : counter;
}

async function stored(tx: Tx, key: string): Promise<Counter> {
  const row = await tx.selectFrom('login_throttle').selectAll().where('key', '=', key).executeTakeFirst();
  return row === undefined
    ? EMPTY
    : { failures: row.failures, lastFailureAt: row.last_failure_at, lockedUntil: row.locked_until };
}

async function write(tx: Tx, key: string, counter: Counter): Promise<void> {
  const { failures, lastFailureAt: last_failure_at, lockedUntil: locked_until } = counter;
  await tx
    .insertInto('login_throttle')
    .values({ key, failures, last_failure_at, locked_until })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ failures, last_failure_at, locked_until }))
    .execute();
}
