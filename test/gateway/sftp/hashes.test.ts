import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OpenHandle } from '../../../bastion/gateway/sftp/open-handle.ts';
import { OPEN_FLAGS } from '../../../bastion/gateway/sftp/protocol.ts';
import { Ranges } from '../../../bastion/gateway/sftp/ranges.ts';
import { Budget, SequenceHash } from '../../../bastion/gateway/sftp/sequence-hash.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const { read, write, create, truncate, append } = OPEN_FLAGS;
const opened = (flags: number) => new OpenHandle(1, 'file', Buffer.from('/f'), flags, new Budget(1024 * 1024));

/** A file cut into pieces, and those in any order. */
const shuffled = fc
  .tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.array(fc.nat(), { maxLength: 12 }))
  .chain(([noise, places]) => {
    const content = Buffer.from(noise);
    const cuts = [...new Set([0, ...places.map((place) => place % content.length)])].sort((a, b) => a - b);
    const pieces = cuts.map((start, nth) => ({ start, bytes: content.subarray(start, cuts[nth + 1]) }));
    return fc.shuffledSubarray(pieces, { minLength: pieces.length }).map((order) => ({ content, order }));
  });

test('pieces in any order give the hash of the whole', () => {
  fc.assert(
    fc.property(shuffled, ({ content, order }) => {
      const budget = new Budget(1024 * 1024);
      const hash = new SequenceHash(0, 'lost', budget);
      for (const { start, bytes } of order) hash.add(start, [bytes], bytes.length);
      expect([hash.gaps, hash.lost, hash.next]).toEqual([false, undefined, content.length]);
      expect(hash.digest()).toBe(sha256(content));
      // Everything that waited has been given back.
      expect(budget.take(1024 * 1024)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('a written byte that is written again has no hash in flight, wherever it lies', () => {
  fc.assert(
    fc.property(shuffled, fc.nat(), ({ order }, which) => {
      const hash = new SequenceHash(0, 'lost', new Budget(1024 * 1024));
      for (const { start, bytes } of order) hash.add(start, [bytes], bytes.length);
      const again = order[which % order.length];
      if (again !== undefined) hash.add(again.start, [again.bytes], again.bytes.length);
      expect(hash.lost).toBe('rewritten');
      expect(hash.digest()).toBeUndefined();
    }),
  );
});

test('what waits for its turn is bounded (B4)', () => {
  const hash = new SequenceHash(0, 'lost', new Budget(1000));
  hash.add(10, [Buffer.alloc(500)], 500);
  expect(hash.lost).toBeUndefined();
  hash.add(600, [Buffer.alloc(500)], 500);
  expect(hash.lost).toBe('out-of-order');
});

test('a download is whole when it begins at 0 and ends at the size, else a part', () => {
  const content = Buffer.from('0123456789');
  const from = (offset: number) => {
    const handle = opened(read);
    handle.wantsFrom(offset);
    handle.came(offset, [content.subarray(offset)], content.length - offset);
    return handle;
  };
  expect(from(0).outcome(10)).toEqual({ hashed: 'in-flight', sha256: sha256(content), from: 0, bytes: 10, why: null });
  expect(from(0).outcome(11)).toMatchObject({ hashed: 'partial', bytes: 10, why: 'part' });
  expect(from(4).outcome(10)).toMatchObject({ hashed: 'partial', sha256: sha256(content.subarray(4)), from: 4 });
  expect(from(0).outcome(null)).toMatchObject({ hashed: 'partial', why: 'size-unknown' });
  expect(opened(read).outcome(10)).toMatchObject({ hashed: 'none', sha256: null, why: 'nothing-moved' });
});

test.each([
  ['appended', append, (handle: OpenHandle) => handle.goes(5, [Buffer.from('x')], 1)],
  ['gaps', truncate, (handle: OpenHandle) => handle.goes(7, [Buffer.from('x')], 1)],
  ['rewritten', truncate, (handle: OpenHandle) => handle.goes(0, [Buffer.from('x')], 1)],
  ['cut', truncate, (handle: OpenHandle) => handle.cut(3)],
  ['copied', truncate, (handle: OpenHandle) => handle.spoil('copied')],
  ['size-differs', 0, () => undefined],
])('an upload has to be read back: %s', (why, flag, spoil) => {
  const handle = opened(write | create | flag);
  handle.goes(0, [Buffer.from('hello')], 5);
  spoil(handle);
  expect(handle.outcome(6)).toEqual({ readBack: why });
});

test('an upload is whole when the file has the size of what was written, cut to it or empty', () => {
  const handle = opened(write | create);
  handle.goes(0, [Buffer.from('hel'), Buffer.from('lo')], 5);
  handle.cut(5);
  expect(handle.outcome(5)).toMatchObject({ hashed: 'in-flight', sha256: sha256(Buffer.from('hello')), bytes: 5 });
  expect(opened(write | create | truncate).outcome(0)).toMatchObject({ sha256: sha256(Buffer.alloc(0)), bytes: 0 });
});

test('neighbouring ranges become one', () => {
  const ranges = new Ranges();
  for (const offset of [0, 10, 20, 50, 60]) ranges.add(offset, 10);
  expect(ranges.take()).toEqual([
    [0, 30],
    [50, 20],
  ]);
  expect(ranges.take()).toEqual([]);
});
