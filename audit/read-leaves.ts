// Leaves as the database has them.

import type { Database } from '../store/database.ts';
import { EvidenceFault } from './evidence-fault.ts';

/** The leaves from `from` up to `to`, in order. Throws an EvidenceFault where one is missing. */
export function readLeaves(database: Database, from: number, to: number): Promise<readonly string[]> {
  return database.transaction(async (tx) => {
    const rows = await tx
      .selectFrom('evidence')
      .select(['leaf_index', 'leaf'])
      .where('leaf_index', '>=', from)
      .where('leaf_index', '<', to)
      .orderBy('leaf_index')
      .execute();
    const gap = rows.findIndex(({ leaf_index }, nth) => leaf_index !== from + nth);
    if (gap >= 0 || rows.length !== to - from) {
      throw new EvidenceFault(`expected leaves ${from} to ${to - 1} in the database, one is missing`);
    }
    return rows.map(({ leaf }) => leaf);
  });
}
