// Peers that send without end, or do not take what they asked for: little is kept of it, and others do not notice (B4).

import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GatewayOptions, listeningGateway } from '../support/fake-controller.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ssh } from '../support/openssh.ts';
import { scriptedTarget } from '../support/scripted-target.ts';
import { kexInit, MESSAGE, sshString, wireClient } from '../support/ssh-wire.ts';
import { misbehave, rawOf, sendRaw } from '../support/ssh2-client.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
const MIB = 1024 * 1024;
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

const open = (target: Partial<Sshd> = {}, options?: GatewayOptions) =>
  listeningGateway({ ...sshd, ...target }, options);

const stillWorks = async (port: number) =>
  expect((await ssh(['-p', String(port), 'lin@127.0.0.1', 'echo in'], ANSWERS).exit).stdout.toString()).toBe('in\n');

const ignore = Buffer.concat([Buffer.from([2]), sshString(Buffer.alloc(1000))]);

test('IGNORE without end in the middle of a key exchange lasts as long as the grace, and nothing is kept', async () => {
  const clock = new ManualClock();
  const { port } = await open({}, { clock, leaseMs: 10 ** 9, graceMs: 120_000 });
  // Without strict key exchange, where it is allowed.
  const client = await wireClient(port);
  client.send(kexInit({ kex: ['curve25519-sha256'] }));
  expect((await client.payload())[0]).toBe(MESSAGE.kexInit);
  const before = process.memoryUsage().heapUsed;
  for (let sent = 0; sent < 40; sent += 1) {
    client.send(...Array.from({ length: 1000 }, () => ignore));
    if (client.socket.writableNeedDrain) await once(client.socket, 'drain');
  }
  await stillWorks(port);
  expect(client.socket.destroyed).toBe(false);
  // 40 MB went through.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(40 * MIB);
  clock.advance(120_000);
  await once(client.socket, 'close');
});

test.each([
  ['a message cut short', Buffer.from([90, 0, 0, 0, 99])],
  ['a login after the login', Buffer.concat([Buffer.from([5]), sshString('ssh-userauth')])],
])('after %s the connection is gone, also where the client keeps its half open', async (_what, breach) => {
  const clock = new ManualClock();
  const { port } = await open({}, { clock, leaseMs: 10 ** 9 });
  const client = misbehave(port);
  await client.ready;
  client.client.on('error', () => undefined);
  // It neither takes notice of what is said nor follows the other side's end.
  (client.client as unknown as { _protocol: { _decipher: { _onPayload: unknown } } })._protocol._decipher._onPayload =
    () => undefined;
  client.socket.allowHalfOpen = true;
  const over = once(client.socket, 'end');
  sendRaw(client.client, breach);
  await over;
  clock.advance(2000);
  client.socket.on('error', () => undefined);
  const noise = Buffer.alloc(64 * 1024);
  const more = (): void => {
    if (!client.socket.destroyed) client.socket.write(noise, () => setImmediate(more));
  };
  more();
  await client.closed;
});

test('a stranger who asks without end and reads no answer is dropped', async () => {
  const { port } = await open();
  const stranger = misbehave(port, []);
  await once(stranger.client, 'handshake');
  stranger.socket.pause();
  const channel = Buffer.concat([Buffer.from([90]), sshString('session'), Buffer.alloc(12, 1)]);
  const closed = new Promise<void>((resolve) => stranger.socket.once('close', () => resolve()));
  const more = (): void => {
    for (let sent = 0; sent < 2000; sent += 1) sendRaw(stranger.client, channel);
    if (!stranger.socket.destroyed) setImmediate(more);
  };
  more();
  await closed;
  await stillWorks(port);
});

test('who signed in and asks without end, and reads no answer, is dropped', async () => {
  const { port } = await open();
  const client = misbehave(port);
  await client.ready;
  client.socket.pause();
  const closed = new Promise<void>((resolve) => client.socket.once('close', () => resolve()));
  const more = (): void => {
    for (let sent = 0; sent < 2000; sent += 1) rawOf(client.client).ping();
    if (!client.socket.destroyed) setImmediate(more);
  };
  more();
  await closed;
  await stillWorks(port);
});

test('a client that never opens its window makes its target wait, not us keep', async () => {
  const taken = { bytes: 0 };
  const started = Promise.withResolvers<void>();
  const target = await scriptedTarget((channel) => {
    const piece = Buffer.alloc(32 * 1024);
    const more = (): void => {
      taken.bytes += piece.length;
      channel.write(piece, () => setImmediate(more));
    };
    channel.on('error', () => undefined);
    more();
    started.resolve();
  });
  const { port } = await open(target.place);
  const client = misbehave(port);
  await client.ready;
  rawOf(client.client).session(0, 0, 32 * 1024);
  rawOf(client.client).shell(0, false);
  await started.promise;
  // Until nothing more is taken while somebody else signs in: time enough for tens of megabytes.
  const stands = async (): Promise<boolean> => {
    const before = taken.bytes;
    const other = misbehave(port);
    await other.ready;
    other.client.end();
    return taken.bytes === before && before > MIB;
  };
  await expect.poll(stands, { timeout: 30_000 }).toBe(true);
  expect(taken.bytes).toBeLessThan(12 * MIB);
  expect(client.socket.destroyed).toBe(false);
  client.socket.destroy();
  target.stop();
});
