// A command beside a running server: two handles on one SQLite file, of which both write.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Database, openDatabase, type Tx } from '../../store/database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const count = async (tx: Tx) =>
  (await tx.selectFrom('evidence').select('leaf_index').orderBy('leaf_index').execute()).map((row) => row.leaf_index);
const add = async (tx: Tx, leaf: string) => {
  const before = await count(tx);
  await tx.insertInto('evidence').values({ leaf_index: before.length, leaf }).execute();
};
const both = async (): Promise<readonly [Database, Database]> => {
  const location = { kind: 'sqlite', file: join(temporaryFolder(), 'sluice.db') } as const;
  return [await openDatabase(location), await openDatabase(location)];
};

test('who has read before the other wrote begins again, and nothing is lost or written twice (R19)', async () => {
  const [server, command] = await both();
  let runs = 0;
  await command.transaction(async (tx) => {
    const seen = await count(tx);
    runs += 1;
    // What was read is old by now: SQLite refuses to write on it, at once and however long one waits.
    if (runs === 1) await server.transaction((other) => add(other, '"server"'));
    await tx.insertInto('evidence').values({ leaf_index: seen.length, leaf: '"command"' }).execute();
  });
  expect(runs).toBe(2);
  expect(await server.transaction(count)).toEqual([0, 1]);
  await server.close();
  await command.close();
});

test('a hundred writes from each side at once all arrive, in one order (R19)', async () => {
  const sides = await both();
  const writes = sides.map(async (side, nth) => {
    for (let each = 0; each < 100; each += 1) await side.transaction((tx) => add(tx, `"${nth}-${each}"`));
  });
  await Promise.all(writes);
  expect(await sides[0].transaction(count)).toEqual(Array.from({ length: 200 }, (_, nth) => nth));
  for (const side of sides) await side.close();
});

test('a fault that is no race is run once, and thrown', async () => {
  const [server, command] = await both();
  let runs = 0;
  const work = server.transaction(async (tx) => {
    runs += 1;
    await add(tx, '"x"');
    throw new Error('the disk is full');
  });
  await expect(work).rejects.toThrow('the disk is full');
  expect([runs, await command.transaction(count)]).toEqual([1, []]);
  await server.close();
  await command.close();
});
