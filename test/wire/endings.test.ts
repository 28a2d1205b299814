// How channels and connections end: half of them, all of them, and without a word (R37, B4). What broke other servers on
// the same library is here by its number.

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GatewayOptions, type GatewayUnderTest, listeningGateway, passTime } from '../support/fake-controller.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ssh } from '../support/openssh.ts';
import { scriptedTarget } from '../support/scripted-target.ts';
import { sshString } from '../support/ssh-wire.ts';
import { exec, misbehave, outcome, rawOf, sendRaw } from '../support/ssh2-client.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
const [EOF, CLOSE, DATA, REQUEST] = [96, 97, 94, 98];
const MIB = 1024 * 1024;
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

const open = (target: Partial<Sshd> = {}, options?: GatewayOptions) =>
  listeningGateway({ ...sshd, ...target }, options);

const through = (port: number, command: string) => ssh(['-p', String(port), 'lin@127.0.0.1', command], ANSWERS);
const stillWorks = async (port: number) => expect((await through(port, 'echo in').exit).stdout.toString()).toBe('in\n');

async function signedIn(port: number) {
  const client = misbehave(port);
  await client.ready;
  return client;
}

/** The type of every message from now on, in order. */
function heard(client: Client): number[] {
  const { _decipher } = (client as unknown as { _protocol: { _decipher: { _onPayload(payload: Buffer): unknown } } })
    ._protocol;
  const usual = _decipher._onPayload;
  const types: number[] = [];
  _decipher._onPayload = (payload) => {
    types.push(payload[0] ?? 0);
    return usual(payload);
  };
  return types;
}

test('a client that only closes its half gets the rest, the status, EOF and CLOSE, in that order (#1153)', async () => {
  const { port } = await open();
  const client = await signedIn(port);
  const types = heard(client.client);
  const channel = await exec(client.client, 'cat; echo rest; exit 7');
  let said = '';
  channel.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  channel.end('all of it\n');
  const [status] = await once(channel, 'close');
  expect([said, status]).toEqual(['all of it\nrest\n', 7]);
  expect(types.filter((type) => [EOF, CLOSE, REQUEST].includes(type))).toEqual([REQUEST, EOF, CLOSE]);
  expect(types.lastIndexOf(DATA)).toBeLessThan(types.indexOf(REQUEST));
  client.client.end();
});

test('a program that closes its output first still gets its whole input (R17)', async () => {
  const { port } = await open();
  const file = join(temporaryFolder(), 'taken');
  const { child, exit } = through(port, `exec >&- 2>&-; cat > '${file}'`);
  const bytes = randomBytes(8 * MIB);
  child.stdin.end(bytes);
  expect((await exit).code).toBe(0);
  const hash = (content: Buffer) => createHash('sha256').update(content).digest('hex');
  expect(hash(readFileSync(file))).toBe(hash(bytes));
});

test('channels that are closed without having been used get their answer, and leave no trace (#1050)', async () => {
  // A clock that stands still: a connection without channels is not sent away meanwhile.
  const { gateway, port } = await open({}, { clock: new ManualClock(), leaseMs: 10 ** 9 });
  const client = await signedIn(port);
  const types = heard(client.client);
  // More than may be open at once.
  for (let number = 0; number < 30; number += 1) {
    const confirmed = types.length;
    rawOf(client.client).session(100 + number, 2 * MIB, 32 * 1024);
    await expect.poll(() => types.slice(confirmed), { interval: 2, timeout: 30_000 }).toContain(91);
    sendRaw(client.client, Buffer.concat([Buffer.from([CLOSE ?? 0]), uint32(number)]));
    await expect.poll(() => types.slice(confirmed), { interval: 2, timeout: 30_000 }).toContain(CLOSE);
  }
  expect(await outcome(client.client, 'echo in')).toMatchObject({ stdout: 'in\n', status: 0 });
  expect(gateway.told.filter(({ name }) => name === 'channel.request')).toHaveLength(1);
  client.client.end();
});

test('a client that resets the connection the moment it hears the end harms nobody (#1286)', async () => {
  const { gateway, port } = await open();
  const client = await signedIn(port);
  client.client.on('error', () => undefined);
  const channel = await exec(client.client, 'exit 3');
  channel.once('exit', () => client.socket.resetAndDestroy());
  channel.resume();
  const { params } = await gateway.hear('session.ended');
  expect(params).toMatchObject({ reason: 'finished', exitStatus: 3 });
  await stillWorks(port);
});

test('what a client says of a channel after its end is not heard (B4)', async () => {
  const { port } = await open();
  const client = await signedIn(port);
  expect(await outcome(client.client, 'echo one')).toMatchObject({ stdout: 'one\n' });
  for (const number of [0, 7, 2 ** 32 - 1]) {
    const to = uint32(number);
    sendRaw(client.client, Buffer.concat([Buffer.from([DATA ?? 0]), to, sshString('late')]));
    sendRaw(client.client, Buffer.concat([Buffer.from([93]), to, uint32(2 ** 32 - 1)]));
    sendRaw(client.client, Buffer.concat([Buffer.from([REQUEST ?? 0]), to, sshString('shell'), Buffer.from([1])]));
    sendRaw(client.client, Buffer.concat([Buffer.from([EOF ?? 0]), to]));
    sendRaw(client.client, Buffer.concat([Buffer.from([CLOSE ?? 0]), to]));
  }
  await stillWorks(port);
  client.socket.destroy();
});

function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

/** Quarters of a minute, after each of which whoever is asked something has the time to answer. */
async function quarters(clock: ManualClock, gateway: GatewayUnderTest, count: number): Promise<void> {
  for (let quarter = 0; quarter < count; quarter += 1) {
    await passTime(clock, gateway, 15_000);
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a silent client is asked, and dropped when it stays silent; one that answers stays (R10)', async () => {
  const clock = new ManualClock();
  const target = await scriptedTarget((channel) => channel.write('ready\n'));
  const { gateway, port } = await open(target.place, { clock, leaseMs: 10 ** 9, asksTheSilent: true });
  const [silent, alive] = [await signedIn(port), await signedIn(port)];
  for (const { client } of [silent, alive]) await once(await exec(client, 'wait'), 'data');
  silent.socket.pause();
  const ended = gateway.hear('session.ended');
  await quarters(clock, gateway, 5);
  expect((await ended).params).toMatchObject({ reason: 'client-left' });
  await quarters(clock, gateway, 4);
  expect(gateway.told.filter(({ name }) => name === 'session.ended')).toHaveLength(1);
  expect(alive.socket.destroyed).toBe(false);
  alive.client.end();
  silent.socket.destroy();
  target.stop();
});

test('a silent target is asked, and the session ends as lost when it stays silent (R10)', async () => {
  const clock = new ManualClock();
  const target = await scriptedTarget((channel) => channel.write('ready\n'));
  const { gateway, port } = await open(target.place, { clock, leaseMs: 10 ** 9, asksTheSilent: true });
  const client = await signedIn(port);
  await once(await exec(client.client, 'wait'), 'data');
  for (const connection of target.connections) {
    (connection as unknown as { readonly _sock: { pause(): void } })._sock.pause();
  }
  const ended = gateway.hear('session.ended');
  await quarters(clock, gateway, 5);
  expect((await ended).params).toMatchObject({ reason: 'target-lost' });
  client.client.end();
  target.stop();
});
