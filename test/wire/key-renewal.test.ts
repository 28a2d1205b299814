// Keys that are renewed while bytes fly both ways, and peers that do not go along (R25, B3, B4).

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Connection } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEY_LIMITS, type KeyLimits } from '../../bastion/gateway/key-renewal.ts';
import { type GatewayOptions, listeningGateway, passTime } from '../support/fake-controller.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ssh } from '../support/openssh.ts';
import { scriptedTarget } from '../support/scripted-target.ts';
import { exec, ignoreKeyExchange, misbehave, outcome } from '../support/ssh2-client.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
const MIB = 1024 * 1024;
const NEW_KEYS = 'SSH2_MSG_NEWKEYS received';
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd({ logLevel: 'DEBUG1' });
});
afterAll(() => sshd.stop());

const open = (target: Partial<Sshd> = {}, options?: GatewayOptions) =>
  listeningGateway({ ...sshd, ...target }, options);

const every = (limits: Partial<KeyLimits>): { keyLimits: KeyLimits } => ({ keyLimits: { ...KEY_LIMITS, ...limits } });
const count = (text: string, words: string): number => text.split(words).length - 1;

test.each([
  ['the gateway, both legs', every({ bytes: 3 * MIB }), []],
  ['the client', {}, ['-o', 'RekeyLimit=2M']],
  ['both, over each other', every({ bytes: 3 * MIB }), ['-o', 'RekeyLimit=2M']],
])(
  '48 MiB up and down arrive whole while keys are renewed again and again by %s (R17)',
  async (_who, options, extra) => {
    const { port } = await open({}, options);
    const bytes = randomBytes(48 * MIB);
    const before = count(sshd.log(), NEW_KEYS);
    const { child, exit } = ssh(['-v', ...extra, '-p', String(port), 'lin@127.0.0.1', 'cat'], ANSWERS);
    child.stdin.end(bytes);
    const { code, stdout, stderr } = await exit;
    expect(code).toBe(0);
    expect(createHash('sha256').update(stdout).digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(count(stderr.toString(), NEW_KEYS)).toBeGreaterThan(5);
    if ('keyLimits' in options) expect(count(sshd.log(), NEW_KEYS) - before).toBeGreaterThan(5);
  },
);

test('an idle connection gets new keys when its time has come, on both legs (R25)', async () => {
  const clock = new ManualClock();
  const target = await scriptedTarget((channel) => channel.write('ready\n'));
  const { gateway, port } = await open(target.place, { clock, leaseMs: 10 ** 9, ...every({ ms: 20_000 }) });
  const client = misbehave(port);
  await client.ready;
  await once(await exec(client.client, 'wait'), 'data');
  const [atTarget] = target.connections as Set<Connection & { once(event: 'rekey', listener: () => void): void }>;
  if (atTarget === undefined) throw new Error('expected a connection at the target');
  const renewed = [once(client.client, 'handshake'), once(atTarget, 'rekey')];
  await passTime(clock, gateway, 20_000);
  await Promise.all(renewed);
  client.client.end();
  target.stop();
});

/** A target that sends without end, and counts what was taken from it. */
async function flood() {
  const taken = { bytes: 0 };
  const started = Promise.withResolvers<void>();
  const target = await scriptedTarget((channel, command) => {
    if (command !== 'flood') {
      channel.write('in\n');
      channel.exit(0);
      channel.end();
      return;
    }
    const piece = Buffer.alloc(32 * 1024);
    const more = (): void => {
      taken.bytes += piece.length;
      channel.write(piece, () => setImmediate(more));
    };
    channel.on('error', () => undefined);
    more();
    started.resolve();
  });
  return { target, taken, started: started.promise };
}

test('a client that never answers makes little be kept, and is dropped in time (B4)', async () => {
  const clock = new ManualClock();
  const { target, taken } = await flood();
  const { port } = await open(target.place, { clock, leaseMs: 10 ** 9, ...every({ bytes: 4 * MIB }) });
  const client = misbehave(port);
  await client.ready;
  const asked = Promise.withResolvers<void>();
  ignoreKeyExchange(client.client, asked.resolve);
  (await exec(client.client, 'flood')).resume();
  await asked.promise;
  // Somebody else comes and goes meanwhile.
  const other = misbehave(port);
  await other.ready;
  expect(await outcome(other.client, 'hi')).toMatchObject({ stdout: 'in\n' });
  expect(taken.bytes).toBeLessThan(4 * MIB + 12 * MIB);
  expect(client.socket.destroyed).toBe(false);
  clock.advance(KEY_LIMITS.answerMs);
  await client.closed;
  target.stop();
});

test('a target that never answers is dropped in time, and the session says so (B4)', async () => {
  const clock = new ManualClock();
  const { target, started } = await flood();
  const { gateway, port } = await open(target.place, { clock, leaseMs: 10 ** 9, ...every({ bytes: 4 * MIB }) });
  const client = misbehave(port);
  await client.ready;
  const channel = await exec(client.client, 'flood');
  const asked = Promise.withResolvers<void>();
  await started;
  for (const connection of target.connections) ignoreKeyExchange(connection, asked.resolve);
  channel.resume();
  await asked.promise;
  await passTime(clock, gateway, KEY_LIMITS.answerMs);
  expect((await gateway.hear('session.ended')).params).toMatchObject({ reason: 'target-lost' });
  client.client.end();
  target.stop();
});

test('requests without end during an exchange end the connection (B4)', async () => {
  const target = await scriptedTarget(() => undefined);
  const { port } = await open(target.place, every({ ms: 50 }));
  const client = misbehave(port);
  await client.ready;
  const asked = Promise.withResolvers<void>();
  ignoreKeyExchange(client.client, asked.resolve);
  await exec(client.client, 'wait');
  await asked.promise;
  for (let sent = 0; sent < 20_000; sent += 1) client.raw.ping();
  await client.closed;
  target.stop();
});
