import { randomBytes } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compressor } from '../../recordings/write/compressor.ts';

const payloads = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 1, max: 65_536 }).map((length) => Buffer.alloc(length, '2026-03-12 开标 ')),
  fc.integer({ min: 1, max: 65_536 }).map((length) => randomBytes(length)),
);

test('each payload becomes a frame of its own, however many ask at once (R17)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(payloads, { maxLength: 40 }), async (list) => {
      const frames = await Promise.all(list.map((payload) => compressor.compress(payload)));
      for (const [nth, payload] of list.entries()) {
        const frame = frames[nth];
        if (frame === undefined) continue;
        expect(frame.length).toBeLessThan(payload.length);
        expect(zstdDecompressSync(frame).equals(payload)).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test('what repeats gets shorter, what is random is left alone (R17)', async () => {
  expect((await compressor.compress(Buffer.alloc(65_536, 'log ')))?.length).toBeLessThan(1000);
  expect(await compressor.compress(randomBytes(65_536))).toBeUndefined();
});
