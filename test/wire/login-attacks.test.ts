// Attacks on the way in (B2, B4): what proves nothing must count for nothing.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSshKeyPair } from '../../bastion/cli/ssh-key-pair.ts';
import { type GatewayOptions, type GatewayUnderTest, listeningGateway } from '../support/fake-controller.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ssh } from '../support/openssh.ts';
import { agentOf, ecdsaToken, ed25519Token } from '../support/security-key.ts';
import { sshString } from '../support/ssh-wire.ts';
import { GOOD, misbehave, sendRaw, signingWith } from '../support/ssh2-client.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
const [PASSWORD, CODE] = GOOD;
if (PASSWORD === undefined || CODE === undefined) throw new Error('expected both factors');
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

const open = (options?: GatewayOptions) => listeningGateway(sshd, options);

const told = (gateway: GatewayUnderTest, name: string) => gateway.told.filter((one) => one.name === name);

function newKey(): ParsedKey {
  const key = ssh2.utils.parseKey(newSshKeyPair().private);
  if (key instanceof Error) throw key;
  return key;
}

/** What is signed begins with the session's identifier, 32 bytes here, as a string (RFC 4252 section 7). */
const inAnotherSession = (data: Buffer) => Buffer.concat([data.subarray(0, 4), randomBytes(32), data.subarray(36)]);

const offering = (key: ParsedKey) => ({ type: 'publickey', username: 'lin', key }) as const;

/** Nothing that the controller would take for a first factor, a code or a channel. */
function nothingProven(gateway: GatewayUnderTest): void {
  for (const name of ['login.key', 'login.code', 'channel.request']) expect(told(gateway, name), name).toEqual([]);
}

test('none and hostbased prove nothing (R15)', async () => {
  const { gateway, port } = await open();
  const key = newSshKeyPair().private;
  const hostbased = { type: 'hostbased', username: 'lin', key, localHostname: 'h', localUsername: 'lin' } as const;
  const none = { type: 'none', username: 'lin' } as const;
  await expect(misbehave(port, [none, hostbased, none]).ready).rejects.toThrow();
  nothingProven(gateway);
});

test('one key offered and another’s signature prove nothing (R15)', async () => {
  const { gateway, port } = await open();
  const [offered, other] = [newKey(), newKey()];
  const forged = signingWith(offered, (data, algorithm) => other.sign(data, algorithm));
  await expect(misbehave(port, [offering(forged), CODE]).ready).rejects.toThrow();
  expect(told(gateway, 'login.offers-key')).toHaveLength(1);
  nothingProven(gateway);
});

test.each([
  ['of random bytes', () => randomBytes(64)],
  ['that is empty', () => Buffer.alloc(0)],
  ['over something else', (key: ParsedKey) => key.sign(Buffer.from('another session')) as Buffer],
  [
    'over the same request in another session',
    (key: ParsedKey, data: Buffer) => key.sign(inAnotherSession(data)) as Buffer,
  ],
])('a signature %s proves nothing (R15)', async (_what, make) => {
  const { gateway, port } = await open();
  const key = newKey();
  await expect(
    misbehave(port, [offering(signingWith(key, (data) => make(key, data as Buffer))), CODE]).ready,
  ).rejects.toThrow();
  nothingProven(gateway);
});

test('an RSA key that signs with SHA-1 proves nothing, the same key with SHA-2 does (R15)', async () => {
  const file = join(temporaryFolder(), 'rsa');
  execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '3072', '-N', '', '-f', file]);
  const { gateway, port } = await open();
  const by = (algorithm: string) =>
    ssh(['-i', file, '-o', `PubkeyAcceptedAlgorithms=${algorithm}`, '-p', String(port), 'lin@127.0.0.1', 'echo in'], {
      code: '123456',
    }).exit;
  expect((await by('ssh-rsa')).code).toBe(255);
  nothingProven(gateway);
  expect((await by('rsa-sha2-256')).stdout.toString()).toBe('in\n');
});

test('of three keys the one that signed is the one the controller hears of (R15)', async () => {
  const folder = temporaryFolder();
  const files = ['a', 'b', 'c'].map((name) => join(folder, name));
  for (const file of files) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  const blobs = files.map((file) => readFileSync(`${file}.pub`, 'utf8').split(' ')[1]);
  const { gateway, port } = await open({
    handlers: { 'login.offers-key': async ({ blob }) => ({ accepted: blob === blobs[2] }) },
  });
  const args = files.flatMap((file) => ['-i', file]);
  const { stdout } = await ssh([...args, '-p', String(port), 'lin@127.0.0.1', 'echo in'], { code: '123456' }).exit;
  expect(stdout.toString()).toBe('in\n');
  expect(told(gateway, 'login.offers-key').map(({ params }) => params.blob)).toEqual(blobs);
  expect(told(gateway, 'login.key').map(({ params }) => params.blob)).toEqual([blobs[2]]);
});

test('another user name after the first factor ends the connection (R13)', async () => {
  const { gateway, port } = await open();
  const asHead = { ...CODE, username: 'head' };
  await expect(misbehave(port, [PASSWORD, asHead]).ready).rejects.toThrow();
  expect(told(gateway, 'login.start').map(({ params }) => params.name)).toEqual(['lin']);
  expect(told(gateway, 'login.code')).toEqual([]);
});

test.each([0, 1, 255, 256, 1024])('a password of %i bytes reaches the controller unchanged (R15)', async (length) => {
  const { gateway, port } = await open();
  const password = 'x'.repeat(length);
  await expect(misbehave(port, [{ ...PASSWORD, password } as never]).ready).rejects.toThrow();
  expect(told(gateway, 'login.password').map(({ params }) => params.password)).toEqual([password]);
});

test('a password of 1 MiB ends its own connection and nobody else’s (R15)', async () => {
  const { gateway, port } = await open();
  const huge = { ...PASSWORD, password: 'x'.repeat(1024 * 1024) } as never;
  await expect(misbehave(port, [huge]).ready).rejects.toThrow();
  expect(told(gateway, 'login.password')).toEqual([]);
  expect((await ssh(['-p', String(port), 'lin@127.0.0.1', 'echo in'], ANSWERS).exit).stdout.toString()).toBe('in\n');
});

test('a code before any first factor is not even asked for (R15)', async () => {
  const { gateway, port } = await open();
  await expect(misbehave(port, [CODE, CODE]).ready).rejects.toThrow();
  nothingProven(gateway);
});

test('a first factor alone, however often, opens nothing (R15)', async () => {
  const { gateway, port } = await open();
  await expect(misbehave(port, [PASSWORD, PASSWORD, PASSWORD]).ready).rejects.toThrow();
  expect(told(gateway, 'login.password')).toHaveLength(1);
  nothingProven(gateway);
});

test('a channel opened before the login is refused, also between the factors (R15)', async () => {
  const { gateway, port } = await open();
  const between = Promise.withResolvers<void>();
  const early = misbehave(port, [PASSWORD, { ...CODE, prompt: () => between.resolve() } as never]);
  early.client.once('handshake', () => early.raw.session(0, 2 ** 20, 32_768));
  await between.promise;
  early.raw.session(1, 2 ** 20, 32_768);
  early.raw.shell(1, true);
  early.raw.channelData(1, Buffer.from('id\n'));
  // An honest login meanwhile: by its end the messages above have been dealt with.
  expect((await ssh(['-p', String(port), 'lin@127.0.0.1', 'echo in'], ANSWERS).exit).stdout.toString()).toBe('in\n');
  expect(told(gateway, 'channel.request')).toHaveLength(1);
  early.socket.destroy();
});

test('attempts without end are ended by the gateway itself (B4)', async () => {
  const { gateway, port } = await open();
  const wrong = { ...PASSWORD, password: 'wrong' } as never;
  const patient = misbehave(
    port,
    Array.from({ length: 100 }, () => wrong),
  );
  await expect(patient.ready).rejects.toThrow();
  await patient.closed;
  expect(told(gateway, 'login.password').length).toBeLessThanOrEqual(20);
});

function half(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.once('connect', () => resolve(socket)));
}

const gone = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

const WAYS: readonly ((socket: Socket) => void)[] = [
  () => undefined,
  (socket) => socket.write('SSH-2.0-slow\r\n'),
  (socket) => socket.write('S'),
];

test('5,000 half-open connections from one address keep nobody of that address out (B4)', async () => {
  const clock = new ManualClock();
  const { gateway, port } = await open({ clock, leaseMs: 10 ** 9, graceMs: 120_000 });
  const opened = new Set<Socket>();
  const one = async (index: number): Promise<void> => {
    const socket = await half(port);
    opened.add(socket);
    socket.once('close', () => opened.delete(socket)).resume();
    WAYS[index % WAYS.length]?.(socket);
  };
  for (let batch = 0; batch < 5000; batch += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => one(batch + index)));
  }
  // Another one each time somebody is heard of, all the way through the login.
  const honest = misbehave(port);
  honest.client.on('handshake', () => void one(0));
  await honest.ready;
  for (let more = 0; more < 500; more += 1) await one(more);
  expect(honest.socket.destroyed).toBe(false);
  await expect.poll(() => opened.size, { timeout: 30_000 }).toBeLessThan(300);
  clock.advance(60_000);
  const { params } = await gateway.hear('connections.dropped');
  const [{ source, cause, count } = {}] = params.drops as { source?: string; cause?: string; count?: number }[];
  expect([source, cause]).toEqual(['127.0.0.1', 'too-many']);
  expect(count).toBeGreaterThan(4500);
  for (const socket of opened) socket.destroy();
  honest.client.end();
});

test('who has proven a first factor is not sent away by any number of strangers (B4)', async () => {
  const { port } = await open();
  const asked = Promise.withResolvers<(answers: string[]) => void>();
  const late: AnyAuthMethod = {
    type: 'keyboard-interactive',
    username: 'lin',
    prompt: (_name, _instructions, _language, _prompts, finish) => asked.resolve(finish),
  };
  const slow = misbehave(port, [PASSWORD, late]);
  const finish = await asked.promise;
  const sockets: Socket[] = [];
  for (let batch = 0; batch < 8; batch += 1) {
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => half(port)))));
  }
  finish(['123456']);
  await slow.ready;
  for (const socket of sockets) socket.destroy();
  slow.client.end();
});

test('a byte now and then buys no time beyond the grace (B4)', async () => {
  const clock = new ManualClock();
  const { port } = await open({ clock, leaseMs: 10 ** 9, graceMs: 120_000 });
  const socket = await half(port);
  await new Promise((resolve) => socket.once('data', resolve));
  const closed = gone(socket);
  for (const letter of 'SSH-2.0-slo') {
    await new Promise((resolve) => socket.write(letter, resolve));
    clock.advance(10_000);
  }
  expect(socket.destroyed).toBe(false);
  clock.advance(10_000);
  await closed;
});

test('a client that sends no SSH at all, or endless bytes of it, is dropped (B4)', async () => {
  const { port } = await open();
  for (const garbage of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(1 << 20, 'A'), randomBytes(100_000)]) {
    const socket = await half(port);
    const closed = gone(socket);
    socket.write(garbage);
    socket.write('\r\n');
    socket.resume();
    await closed;
  }
  const noise = await half(port);
  const closed = gone(noise);
  noise.write('SSH-2.0-noise\r\n');
  noise.write(randomBytes(100_000));
  noise.resume();
  await closed;
});

test('who signed in and opens nothing is sent away after as long as an idle session (B4)', async () => {
  const clock = new ManualClock();
  const { port } = await open({ clock, leaseMs: 10 ** 9 });
  const idle = misbehave(port);
  await idle.ready;
  clock.advance(599_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(idle.socket.destroyed).toBe(false);
  clock.advance(1_000);
  await idle.closed;
});

test.each([
  ['ed25519', ed25519Token()],
  ['ecdsa', ecdsaToken()],
])('a touched %s security key signs in through OpenSSH, an untouched one proves nothing (R15)', async (_name, key) => {
  const file = join(temporaryFolder(), 'token.pub');
  writeFileSync(file, `${key.type} ${key.blob.toString('base64')} token\n`);
  const { gateway, port } = await open();
  const by = async (flags: number) => {
    const agent = await agentOf(key, { flags });
    const args = ['-o', `IdentityAgent=${agent.path}`, '-i', file, '-o', 'PasswordAuthentication=no'];
    const { code, stdout } = await ssh([...args, '-p', String(port), 'lin@127.0.0.1', 'echo in'], { code: '123456' })
      .exit;
    agent.stop();
    return [code, stdout.toString()];
  };
  expect(await by(0)).toEqual([255, '']);
  expect(told(gateway, 'login.offers-key')).toHaveLength(1);
  nothingProven(gateway);
  expect(await by(1)).toEqual([0, 'in\n']);
  expect(told(gateway, 'login.key').map(({ params }) => params.blob)).toEqual([key.blob.toString('base64')]);
});

test('a user certificate is refused in words the person sees, whoever signed it (B13)', async () => {
  const folder = temporaryFolder();
  const [authority, key] = [join(folder, 'authority'), join(folder, 'key')];
  for (const file of [authority, key]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'lin', '-n', 'lin', `${key}.pub`]);
  // OpenSSH offers the bare key first, then the certificate.
  const { gateway, port } = await open({ handlers: { 'login.offers-key': async () => ({ accepted: false }) } });
  const args = ['-i', key, '-p', String(port), 'lin@127.0.0.1', 'echo in'];
  const { code, stderr } = await ssh(args, { logLevel: 'INFO' }, { LC_ALL: 'C.UTF-8' }).exit;
  expect(stderr.toString()).toContain('SSH user certificates are not accepted');
  expect(stderr.toString()).toContain('不接受 SSH 用户证书');
  expect(code).toBe(255);
  expect(told(gateway, 'login.offers-key')).toHaveLength(1);
  nothingProven(gateway);
});

test('a change of password asked for in the middle of the login changes nothing (R15)', async () => {
  const { gateway, port } = await open();
  const asking = misbehave(port, []);
  await once(asking.client, 'handshake');
  const text = (...words: string[]) => Buffer.concat(words.map(sshString));
  sendRaw(asking.client, Buffer.concat([Buffer.from([5]), text('ssh-userauth')]));
  sendRaw(
    asking.client,
    Buffer.concat([Buffer.from([50]), text('lin', 'ssh-connection', 'password'), Buffer.from([1]), text('old', 'new')]),
  );
  await asking.closed;
  nothingProven(gateway);
  expect((await ssh(['-p', String(port), 'lin@127.0.0.1', 'echo in'], ANSWERS).exit).stdout.toString()).toBe('in\n');
});

/** SERVICE_ACCEPT, USERAUTH_SUCCESS, USERAUTH_INFO_RESPONSE, GLOBAL_REQUEST, CHANNEL_OPEN, CHANNEL_DATA. */
test.each([6, 52, 61, 80, 90, 94])('message %i before the login lets nobody in (B2)', async (type) => {
  const { gateway, port } = await open();
  const early = misbehave(port, []);
  await once(early.client, 'handshake');
  sendRaw(early.client, Buffer.concat([Buffer.from([type]), sshString('session'), Buffer.alloc(12)]));
  sendRaw(early.client, Buffer.concat([Buffer.from([90]), sshString('session'), Buffer.alloc(4), Buffer.alloc(8, 1)]));
  expect((await ssh(['-p', String(port), 'lin@127.0.0.1', 'echo in'], ANSWERS).exit).stdout.toString()).toBe('in\n');
  expect(told(gateway, 'channel.request')).toHaveLength(1);
  early.socket.destroy();
});
