// Joins segments of about the same size once there are many: every document is rewritten a few times in its life, and a
// question looks into few segments however many sessions there were. Works a stretch of tokens at a time.

import { setImmediate } from 'node:timers/promises';
import type { Database } from '../../store/database.ts';
import type { Postings } from './postings.ts';
import {
  beginSegment,
  bucketRows,
  dropSegments,
  finishSegment,
  insertBuckets,
  readStretch,
  readySegments,
  type Segment,
} from './segment-repository.ts';

/** So many of one size are joined. */
const FAN = 6;
const SMALLEST = 64 * 1024;
/** Segments of this size stay as they are. */
const LARGEST = 256 * 1024 * 1024;
const BUCKETS_AT_ONCE = 128;

export async function mergeSegments(database: Database): Promise<void> {
  for (;;) {
    const group = ripe(await database.transaction(readySegments));
    if (group === undefined) return;
    await merge(database, group);
  }
}

function ripe(segments: readonly Segment[]): readonly Segment[] | undefined {
  const sizes = new Map<number, Segment[]>();
  for (const segment of segments) {
    if (segment.bytes >= LARGEST) continue;
    const size = Math.max(0, Math.floor(Math.log(segment.bytes / SMALLEST) / Math.log(FAN)));
    sizes.set(size, [...(sizes.get(size) ?? []), segment]);
  }
  return [...sizes.values()].find((group) => group.length >= FAN);
}

/** `group`: in the order of their documents, so that numbers stay ascending when lists are joined. */
async function merge(database: Database, group: readonly Segment[]): Promise<void> {
  const bytes = group.reduce((sum, segment) => sum + segment.bytes, 0);
  const first = Math.min(...group.map((segment) => segment.first));
  const joined = await database.transaction((tx) => beginSegment(tx, first, bytes));
  const bits = Math.min(joined.bits, ...group.map((segment) => segment.bits));
  const step = Math.max(1, Math.floor(BUCKETS_AT_ONCE / 2 ** (joined.bits - bits)));
  for (let from = 0; from < 2 ** bits; from += step) {
    await database.transaction(async (tx) => {
      for (let prefix = from; prefix < Math.min(from + step, 2 ** bits); prefix += 1) {
        const postings: Postings = new Map();
        for (const segment of group) await readStretch(tx, segment, prefix, bits, postings);
        await insertBuckets(tx, bucketRows(joined, postings));
      }
    });
    await setImmediate();
  }
  await database.transaction(async (tx) => {
    await finishSegment(tx, joined);
    await dropSegments(tx, group);
  });
}
