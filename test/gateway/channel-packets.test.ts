import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import fc from 'fast-check';
import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { newSshKeyPair } from '../../bastion/cli/ssh-key-pair.ts';
import { readInPlace } from '../../bastion/gateway/read-memory.ts';

interface Outgoing {
  readonly id: number;
  window: number;
  readonly packetSize: number;
  state: 'open';
}

interface PatchedChannel extends NodeJS.WritableStream {
  cork(): void;
  uncork(): void;
  _waitWindow: boolean;
  _chunk: unknown;
  _chunkcb: () => void;
  _write(data: unknown, encoding: null, done: () => void): void;
}

// The library keeps this class to itself.
const { Channel } = createRequire(import.meta.url)('../../node_modules/ssh2/lib/Channel.js') as {
  Channel: new (client: unknown, info: unknown, options: unknown) => PatchedChannel;
};

/** A channel whose packets end here, and what a peer does to its window (client.js, CHANNEL_WINDOW_ADJUST). */
function channelTo(outgoing: Outgoing) {
  const packets: Buffer[] = [];
  const protocol = {
    channelDataOf(_id: number, buffers: readonly Uint8Array[], bytes: number) {
      const packet = Buffer.concat(buffers);
      expect(packet.length).toBe(bytes);
      packets.push(packet);
    },
  };
  const info = { type: 'session', incoming: {}, outgoing };
  const channel = new Channel({ _protocol: protocol }, info, { server: true });
  return {
    packets,
    channel,
    adjust(bytes: number) {
      outgoing.window += bytes;
      if (!channel._waitWindow) return;
      channel._waitWindow = false;
      channel._write(channel._chunk, null, channel._chunkcb);
    },
  };
}

test('buffers fill packets together, none beyond the window or too long, and every byte once in order (R17)', async () => {
  const bytes = fc.integer({ min: 1, max: 300 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(bytes, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 1, max: 200 }),
      fc.array(bytes, { minLength: 1 }),
      async (writes, window, packetSize, adjustments) => {
        const outgoing: Outgoing = { id: 0, window, packetSize, state: 'open' };
        const { channel, packets, adjust } = channelTo(outgoing);
        let given = window;
        let next = 0;
        const sent: Buffer[] = [];
        let taken = 0;
        for (const pieces of writes) {
          channel.cork();
          for (const size of pieces) {
            const piece = Buffer.from(Array.from({ length: size }, () => next++ % 251));
            sent.push(piece);
            channel.write(piece, () => {
              taken += 1;
            });
          }
          channel.uncork();
        }
        const total = sent.reduce((sum, { length }) => sum + length, 0);
        for (let nth = 0; given < total; nth += 1) {
          expect(packets.reduce((sum, { length }) => sum + length, 0)).toBe(given);
          const more = adjustments[nth % adjustments.length] ?? 1;
          given += more;
          adjust(more);
          // A write that waited for the window makes room for the next one only a moment later.
          await new Promise((resolve) => setImmediate(resolve));
        }
        await new Promise((resolve) => setImmediate(resolve));
        expect(Buffer.concat(packets).equals(Buffer.concat(sent))).toBe(true);
        expect(Math.max(...packets.map(({ length }) => length))).toBeLessThanOrEqual(packetSize);
        expect(outgoing.window).toBe(given - total);
        expect(taken).toBe(sent.length);
      },
    ),
    { numRuns: 300 },
  );
});

test('what waits in a channel does not keep everything that was read with it (B4)', async () => {
  const kept = Promise.withResolvers<Buffer>();
  const server = new ssh2.Server({ hostKeys: [newSshKeyPair().private] }, (connection) => {
    connection.on('authentication', (context) => context.accept());
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec) => {
        const channel = acceptExec();
        channel.once('readable', () => kept.resolve(channel.read()));
      });
    });
    connection.on('error', () => undefined);
  });
  const tcp = createServer({ pauseOnConnect: true }, (socket) => {
    const reading = readInPlace(socket);
    server.injectSocket(reading);
    reading.resume();
  }).listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const client = new ssh2.Client();
  const { port } = tcp.address() as AddressInfo;
  client.connect({ host: '127.0.0.1', port, username: 'a', password: 'b' });
  await once(client, 'ready');
  client.exec('keep', (_error, channel) => {
    // Large messages, by which the memory of a read grows, and one byte among them.
    const { _protocol: raw } = client as unknown as { _protocol: { ping(): void } };
    for (let n = 0; n < 20_000; n += 1) raw.ping();
    channel.write('x');
  });
  expect((await kept.promise).buffer.byteLength).toBe(16 * 1024);
  client.end();
  tcp.close();
});
