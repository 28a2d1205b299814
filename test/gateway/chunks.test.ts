import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chunks } from '../../bastion/gateway/proxy/chunks.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function source(): Readable {
  return new Readable({ read: () => undefined, highWaterMark: 2 * 1024 * 1024 });
}

test('everything arrives in order, in the pieces it came in, however the reader dawdles', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 100_000 })), fc.array(fc.boolean()), async (sizes, waits) => {
      const from = source();
      const chunks = new Chunks(from, new AbortController().signal);
      const pieces = sizes.map((size, nth) => Buffer.alloc(size, nth));
      const got: Buffer[] = [];
      const reading = (async () => {
        for (let nth = 0; ; nth += 1) {
          const some = await chunks.next();
          if (some === undefined) return;
          got.push(...some);
          if (waits[nth % (waits.length || 1)]) await turn();
        }
      })();
      for (const piece of pieces) {
        from.push(piece);
        if (piece.length % 3 === 0) await turn();
      }
      from.push(null);
      await reading;
      expect(got).toHaveLength(pieces.length);
      expect(got.every((piece, nth) => piece === pieces[nth])).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('a reader that takes its time leaves the rest in the stream, where its window is kept (B4)', async () => {
  const from = source();
  const chunks = new Chunks(from, new AbortController().signal);
  for (let nth = 0; nth < 100; nth += 1) from.push(Buffer.alloc(32 * 1024));
  await turn();
  expect(from.readableLength).toBe(96 * 32 * 1024);
  expect(await chunks.next()).toHaveLength(4);
  expect((await chunks.next())?.length).toBeGreaterThan(0);
});

test('a signal ends it at once, waiting or not, and nothing comes afterwards', async () => {
  for (const early of [true, false]) {
    const from = source();
    const ending = new AbortController();
    const chunks = new Chunks(from, ending.signal);
    const next = chunks.next();
    if (early) {
      ending.abort();
      expect(await next).toBeUndefined();
    } else {
      from.push(Buffer.from('x'));
      expect(await next).toHaveLength(1);
      from.push(Buffer.from('y'));
      ending.abort();
    }
    expect(await chunks.next()).toBeUndefined();
    expect(from.listenerCount('data')).toBe(0);
  }
});

test('a stream that is over before anybody reads, or breaks under the reader, is at its end', async () => {
  const over = source();
  over.push(null);
  over.resume();
  await turn();
  expect(await new Chunks(over, new AbortController().signal).next()).toBeUndefined();
  const broken = source();
  const chunks = new Chunks(broken, new AbortController().signal);
  const next = chunks.next();
  broken.destroy(new Error('gone'));
  expect(await next).toBeUndefined();
});
