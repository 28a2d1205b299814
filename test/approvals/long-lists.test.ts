// A year of use: lists that a page opens must not hold the controller up. Every gateway waits for it, and closes every
// session when it is silent for the lease.

import { expect, test } from 'vitest';
import { newId } from '../../store/core/ids.ts';
import type { Database, Tx } from '../../store/database.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createWorld } from './world.ts';

const A_YEAR = 20_000;
const AT_ONCE = 100;
/** A fifth of the least time a gateway waits, of processor time: what others do on the machine does not count. */
const LONGEST_MS = 1000;

/** Runs `insert` for every batch of row numbers. */
function batches(database: Database, insert: (tx: Tx, rows: readonly number[]) => Promise<unknown>): Promise<void> {
  return database.transaction(async (tx) => {
    for (let from = 0; from < A_YEAR; from += AT_ONCE) {
      await insert(
        tx,
        Array.from({ length: AT_ONCE }, (_, nth) => from + nth),
      );
    }
  });
}

/** The longest stretch of this process's own work in which nothing else had a turn, in milliseconds. */
async function longestHold(work: () => Promise<unknown>): Promise<number> {
  let worst = 0;
  let last = process.cpuUsage();
  const look = (): void => {
    const { user, system } = process.cpuUsage(last);
    worst = Math.max(worst, (user + system) / 1000);
    last = process.cpuUsage();
  };
  const timer = setInterval(look, 5);
  await work();
  clearInterval(timer);
  look();
  return worst;
}

onEachDatabase((under) => {
  test('a year of sessions is listed before any gateway gives its controller up (R35)', {
    timeout: 60_000,
  }, async () => {
    const at = await createWorld(under.current());
    await at.open();
    const channel = await at.gate.decide(at.engineer.user, at.request());
    await at.sessions.opened(channel, { screen: 'ab', keys: 'cd' });
    const row = await under
      .current()
      .transaction((tx) => tx.selectFrom('session').selectAll().executeTakeFirstOrThrow());
    const ended = { ...row, ended_at: row.started_at + 1, end_reason: 'finished' as const };
    await batches(under.current(), (tx, rows) =>
      tx
        .insertInto('session')
        .values(rows.map(() => ({ ...ended, id: newId('ses') })))
        .execute(),
    );
    for (const { user } of [at.head, at.engineer]) {
      const list = at.sessions.list.bind(at.sessions, user);
      expect(await list()).toHaveLength(A_YEAR + 1);
      expect(await longestHold(list)).toBeLessThan(LONGEST_MS);
    }
  });

  test('a year of closed tickets is listed before any gateway gives its controller up (R35)', {
    timeout: 60_000,
  }, async () => {
    const at = await createWorld(under.current());
    const { id } = await at.open();
    await at.close(id);
    const row = await under
      .current()
      .transaction((tx) => tx.selectFrom('ticket').selectAll().executeTakeFirstOrThrow());
    await batches(under.current(), (tx, rows) =>
      tx
        .insertInto('ticket')
        .values(rows.map((nth) => ({ ...row, id: newId('tkt'), number: `BG-${nth}` })))
        .execute(),
    );
    for (const { user } of [at.head, at.engineer]) {
      const list = at.tickets.list.bind(at.tickets, user);
      const [first] = await list();
      expect(first).toMatchObject({ closedBefore: A_YEAR, newTargets: [] });
      expect(await longestHold(list)).toBeLessThan(LONGEST_MS);
    }
  });
});
