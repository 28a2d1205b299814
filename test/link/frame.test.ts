import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, type Frame, FrameReader, MAX_FRAME } from '../../bastion/link/frame.ts';

const body = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const message = fc.record({ head: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))), body });

/** Cuts the bytes at those places. */
function chopped(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, nth) => bytes.subarray(from, places[nth] ?? bytes.length));
}

function readAll(chunks: readonly Buffer[]): Frame[] {
  const reader = new FrameReader();
  return chunks.flatMap((chunk) => reader.read(chunk));
}

test('messages come out as they went in, however the stream was chopped', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 40 }), (messages, cuts) => {
      const bytes = Buffer.concat(messages.map(({ head, body }) => encodeFrame(head, body)));
      const frames = readAll(chopped(bytes, cuts));
      expect(frames.map(({ head, body }) => ({ head, body: Buffer.from(body) }))).toEqual(messages);
    }),
    { numRuns: 1000 },
  );
});

test('bytes that were changed give other messages or an error, nothing else (B16)', () => {
  const change = fc.record({ at: fc.nat(), to: fc.nat({ max: 255 }) });
  let errors = 0;
  fc.assert(
    fc.property(message, fc.array(change, { minLength: 1, maxLength: 8 }), ({ head, body }, changes) => {
      const bytes = encodeFrame(head, body);
      for (const { at, to } of changes) bytes[at % bytes.length] = to;
      try {
        for (const frame of readAll([bytes])) expect(frame.body.length).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(error instanceof RangeError || error instanceof SyntaxError).toBe(true);
        errors += 1;
      }
    }),
    { numRuns: 20_000 },
  );
  expect(errors).toBeGreaterThan(1000);
});

test('the longest frame passes, one byte more does not, on either side', () => {
  const head = { a: 1 };
  const room = MAX_FRAME - 4 - JSON.stringify(head).length;
  const longest = encodeFrame(head, Buffer.alloc(room));
  expect(readAll(chopped(longest, [1, 5, 70_000]))).toHaveLength(1);
  expect(() => encodeFrame(head, Buffer.alloc(room + 1))).toThrow(RangeError);
  const announced = Buffer.alloc(4);
  announced.writeUInt32BE(MAX_FRAME + 1);
  expect(() => readAll([announced])).toThrow('frame length');
});

test('a frame that arrives byte by byte costs no more than its length', () => {
  const bytes = encodeFrame({}, Buffer.alloc(200_000));
  const reader = new FrameReader();
  let frames = 0;
  const began = performance.now();
  for (let at = 0; at < bytes.length; at += 1) frames += reader.read(bytes.subarray(at, at + 1)).length;
  expect(frames).toBe(1);
  // Joining at every byte would copy 20 GB.
  expect(performance.now() - began).toBeLessThan(2000);
});
