import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { readInPlace, readingInPlace } from '../../bastion/gateway/read-memory.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Two ends of a connection: a plain one, and one that reads in place, made at our side or taken over from a server. */
async function pair(which: 'made' | 'taken over'): Promise<{ plain: Socket; reading: Socket; taken: Socket }> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(0, '127.0.0.1');
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address');
  const place = { host: '127.0.0.1', port: address.port };
  const incoming = once(server, 'connection') as Promise<[Socket]>;
  const outgoing = connect(which === 'made' ? { ...place, onread: readingInPlace() } : place);
  const [taken] = await incoming;
  if (outgoing.connecting) await once(outgoing, 'connect');
  const reading = which === 'made' ? outgoing : readInPlace(taken);
  const plain = which === 'made' ? taken : outgoing;
  plain.resume();
  closing.push(() => {
    plain.destroy();
    reading.destroy();
  });
  return { plain, reading, taken };
}

const ways = ['made', 'taken over'] as const;

test.each(ways)('whatever is read stays as it was, for as long as anybody holds it: %s (B4)', async (which) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 300_000 })), { maxLength: 20 }),
      async (sizes) => {
        const { plain, reading } = await pair(which);
        const held: Buffer[] = [];
        reading.on('data', (bytes: Buffer) => held.push(bytes)).resume();
        const pieces = sizes.map((size) => randomBytes(size));
        for (const piece of pieces) {
          if (!plain.write(piece)) await once(plain, 'drain');
        }
        plain.end();
        await once(reading, 'end');
        expect(Buffer.concat(held).equals(Buffer.concat(pieces))).toBe(true);
        expect(Math.max(0, ...held.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024);
        reading.destroy();
      },
    ),
    { numRuns: 60 },
  );
});

test.each(ways)('a few keys fit into one piece of memory, a download into large ones: %s', async (which) => {
  const { plain, reading } = await pair(which);
  const memories = new Set<ArrayBufferLike>();
  const sizes: number[] = [];
  const hear = (bytes: Buffer): void => {
    if (!memories.has(bytes.buffer)) sizes.push(bytes.buffer.byteLength);
    memories.add(bytes.buffer);
  };
  reading.on('data', hear).resume();
  for (let key = 0; key < 100; key += 1) {
    plain.write(randomBytes(36));
    await once(reading, 'data');
  }
  expect(sizes).toEqual([8192]);
  const whole = 8 * 1024 * 1024;
  let got = 0;
  const all = new Promise<void>((resolve) => {
    reading.on('data', ({ length }: Buffer) => {
      got += length;
      if (got === whole) resolve();
    });
  });
  plain.write(randomBytes(whole));
  await all;
  expect(sizes.at(-1)).toBe(256 * 1024);
  expect(sizes.length).toBeLessThan(60);
});

test.each(ways)('a paused socket reads nothing, and goes on where it was: %s (B4)', async (which) => {
  const { plain, reading } = await pair(which);
  let got = 0;
  reading.on('data', ({ length }: Buffer) => {
    got += length;
    reading.pause();
  });
  reading.resume();
  plain.write(randomBytes(200_000));
  await once(reading, 'data');
  const first = got;
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(got).toBe(first);
  while (got < 200_000) {
    const more = once(reading, 'data');
    reading.resume();
    await more;
  }
  expect(got).toBe(200_000);
});

test('a socket that was taken over is the same connection: address, bytes both ways, both see it close', async () => {
  const { plain, reading, taken } = await pair('taken over');
  expect(reading.remotePort).toBe(plain.localPort);
  plain.pause();
  reading.write('answer');
  plain.resume();
  const [bytes] = (await once(plain, 'data')) as [Buffer];
  expect(bytes.toString()).toBe('answer');
  const handedOver = once(taken, 'close');
  reading.destroy();
  await Promise.all([once(plain, 'close'), handedOver]);
});

test('a connection that broke before it was taken over stays closed', async () => {
  const { reading } = await pair('taken over');
  reading.destroy();
  await once(reading, 'close');
  expect(readInPlace(reading).destroyed).toBe(true);
});
