// Segments of the index in the database, and their buckets. A segment is written bucket by bucket and counts only once
// it is ready; a segment that was left half-written counts for nothing and is cleared away.

import type { Tx } from '../../store/database.ts';
import { bitsFor, decodeBucket, encodeBucket, type Postings, prefixOf } from './postings.ts';

export interface Segment {
  readonly id: number;
  /** The lowest number of its documents. */
  readonly first: number;
  readonly bits: number;
  readonly bytes: number;
}

/** Keys of one segment's buckets: `id * WIDTH + prefix`. */
const WIDTH = 4096;
const ROWS_AT_ONCE = 128;

/** In the order of their documents. */
export async function readySegments(tx: Tx): Promise<Segment[]> {
  const rows = await tx.selectFrom('search_segment').selectAll().where('ready', '=', 1).orderBy('first').execute();
  return rows.map(({ id, first, bits, bytes }) => ({ id, first, bits, bytes }));
}

/** Not ready yet. `bytes`: about how large it will be. */
export async function beginSegment(tx: Tx, first: number, bytes: number): Promise<Segment> {
  const { last } = await tx
    .selectFrom('search_segment')
    .select((is) => is.fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  const segment = { id: Number(last ?? 0) + 1, first, bits: bitsFor(bytes), bytes };
  await tx
    .insertInto('search_segment')
    .values({ ...segment, ready: 0 })
    .execute();
  return segment;
}

export async function finishSegment(tx: Tx, { id }: Segment): Promise<void> {
  await tx.updateTable('search_segment').set({ ready: 1 }).where('id', '=', id).execute();
}

export interface BucketRow {
  readonly key: number;
  readonly entries: Buffer;
}

/** The rows of a segment, out of some or all of its postings; a bucket has to be given whole. */
export function bucketRows({ id, first, bits }: Segment, postings: Postings): BucketRow[] {
  const buckets = new Map<number, Postings>();
  for (const [token, numbers] of postings) {
    const prefix = prefixOf(token, bits);
    const bucket = buckets.get(prefix) ?? new Map();
    bucket.set(token, numbers);
    buckets.set(prefix, bucket);
  }
  return [...buckets].map(([prefix, bucket]) => ({ key: id * WIDTH + prefix, entries: encodeBucket(bucket, first) }));
}

export async function insertBuckets(tx: Tx, rows: readonly BucketRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await tx
      .insertInto('search_bucket')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute();
  }
}

export function bucketKey({ id, bits }: Segment, token: number): number {
  return id * WIDTH + prefixOf(token, bits);
}

export async function readBuckets(tx: Tx, keys: readonly number[]): Promise<ReadonlyMap<number, Buffer>> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at < keys.length; at += 400) {
    const rows = await tx
      .selectFrom('search_bucket')
      .selectAll()
      .where('key', 'in', keys.slice(at, at + 400))
      .execute();
    for (const { key, entries } of rows) found.set(key, entries);
  }
  return found;
}

/** What a segment says of all tokens whose first `bits` bits are `prefix`; `bits` at most the segment's own. */
export async function readStretch(
  tx: Tx,
  segment: Segment,
  prefix: number,
  bits: number,
  into: Postings,
): Promise<void> {
  const per = 2 ** (segment.bits - bits);
  const from = segment.id * WIDTH + prefix * per;
  const rows = await tx
    .selectFrom('search_bucket')
    .select('entries')
    .where('key', '>=', from)
    .where('key', '<', from + per)
    .execute();
  for (const { entries } of rows) decodeBucket(entries, segment.first, into);
}

/** From here on nobody looks into it. */
export async function dropSegments(tx: Tx, segments: readonly Segment[]): Promise<void> {
  for (const { id } of segments) {
    await tx.deleteFrom('search_segment').where('id', '=', id).execute();
    await tx
      .deleteFrom('search_bucket')
      .where('key', '>=', id * WIDTH)
      .where('key', '<', (id + 1) * WIDTH)
      .execute();
  }
}

/** What a crash left half-written. */
export async function dropUnready(tx: Tx): Promise<void> {
  const rows = await tx.selectFrom('search_segment').selectAll().where('ready', '=', 0).execute();
  await dropSegments(tx, rows);
}

/** Takes documents out of a segment; says whether anything is left of it. */
export async function forgetDocuments(tx: Tx, segment: Segment, gone: ReadonlySet<number>): Promise<boolean> {
  let left = false;
  for (let prefix = 0; prefix < 2 ** segment.bits; prefix += 1) {
    const postings: Postings = new Map();
    await readStretch(tx, segment, prefix, segment.bits, postings);
    const kept: Postings = new Map();
    for (const [token, numbers] of postings) {
      const others = numbers.filter((number) => !gone.has(number));
      if (others.length > 0) kept.set(token, others);
    }
    left ||= kept.size > 0;
    const key = segment.id * WIDTH + prefix;
    if (kept.size === 0) await tx.deleteFrom('search_bucket').where('key', '=', key).execute();
    else {
      const entries = encodeBucket(kept, segment.first);
      await tx.updateTable('search_bucket').set({ entries }).where('key', '=', key).execute();
    }
  }
  return left;
}
