// Attacks from inside (B1, B4, B9): a client that has signed in, or a target, that does what it should not.

import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ClientChannel } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionsTo } from '../support/connections.ts';
import { type GatewayOptions, type GatewayUnderTest, listeningGateway, passTime } from '../support/fake-controller.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type SshRun, ssh } from '../support/openssh.ts';
import { scriptedTarget } from '../support/scripted-target.ts';
import { exec, misbehave, openChannel, outcome } from '../support/ssh2-client.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
const MIB = 1024 * 1024;
let sshd: Sshd;

beforeAll(async () => {
  // One connection of an engineer is as many of ours; the default starts dropping at ten that have not signed in.
  sshd = await startSshd({ extra: 'MaxStartups 200\n' });
});
afterAll(() => sshd.stop());

const open = (target: Partial<Sshd> = {}, options?: GatewayOptions) =>
  listeningGateway({ ...sshd, ...target }, options);

async function signedIn(port: number) {
  const client = misbehave(port);
  await client.ready;
  return client;
}

const through = (port: number, ...args: string[]) => ssh(['-p', String(port), 'lin@127.0.0.1', ...args], ANSWERS);
const stillWorks = async (port: number) => expect((await through(port, 'echo in').exit).stdout.toString()).toBe('in\n');
const told = (gateway: GatewayUnderTest, name: string) => gateway.told.filter((one) => one.name === name);

/** ssh2 refuses to send signals that have no name; for one message the name is made known. */
function withSignalName(name: string, act: () => void): void {
  const { SIGNALS } = createRequire(import.meta.url)('ssh2/lib/protocol/constants.js') as {
    SIGNALS: Record<string, number>;
  };
  SIGNALS[name] = 1;
  act();
  delete SIGNALS[name];
}

test('thirty-two sessions share a connection, one more is refused in words, and an end makes room (B4)', async () => {
  const { gateway, port } = await open();
  const { client } = await signedIn(port);
  const channels = await Promise.all(Array.from({ length: 32 }, () => exec(client, 'cat')));
  await expect(exec(client, 'cat')).rejects.toThrow('Sluice: this connection has too many open channels');
  expect(told(gateway, 'channel.request')).toHaveLength(32);
  const [first] = channels;
  first?.resume().end();
  await new Promise((resolve) => first?.once('close', resolve));
  await gateway.hear('session.ended');
  expect((await outcome(client, 'echo again')).stdout).toBe('again\n');
  client.end();
});

test('a second request on one channel neither starts anything nor frees a place (B1)', async () => {
  const { gateway, port } = await open();
  const { client, raw } = await signedIn(port);
  const channel = await exec(client, 'cat');
  for (const id of [0, 0, 0]) raw.shell(id, true);
  channel.write('still here\n');
  await new Promise((resolve) => channel.once('data', resolve));
  expect(told(gateway, 'channel.request')).toHaveLength(1);
  await Promise.all(Array.from({ length: 31 }, () => exec(client, 'cat')));
  await expect(exec(client, 'cat')).rejects.toThrow();
  client.end();
});

test('sessions that share OpenSSH’s master connection are each asked for, recorded and ended (R2)', async () => {
  const { gateway, port } = await open();
  const control = join(temporaryFolder(), 'master');
  const shared = (line: string) => ssh(['-S', control, '-p', String(port), 'lin@127.0.0.1', line], ANSWERS);
  const master = ssh(['-M', '-S', control, '-p', String(port), 'lin@127.0.0.1', 'echo one; cat'], ANSWERS);
  await master.until((text) => text.includes('one'));
  expect((await shared('echo two').exit).stdout.toString()).toBe('two\n');
  expect(told(gateway, 'login.start')).toHaveLength(1);
  expect(told(gateway, 'channel.request')).toHaveLength(2);
  expect(new Set(told(gateway, 'session.opened').map(({ params }) => params.session)).size).toBe(2);
  master.child.stdin.end();
  expect((await master.exit).code).toBe(0);
});

test('cutting one of two sessions on a connection leaves the other alone, though the client does not read (R10)', async () => {
  const { gateway, port } = await open();
  const { client } = await signedIn(port);
  // Nobody reads this channel: its window fills up, the connection itself is read.
  await exec(client, 'yes flood');
  const { params } = await gateway.hear('session.opened');
  const other = await exec(client, 'cat');
  await gateway.controller.call('sessions.cut', { sessions: [String(params.session)], reason: 'ticket-revoked' });
  await gateway.hear('session.ended', ({ reason }) => reason === 'ticket-revoked');
  other.write('still here\n');
  await new Promise((resolve) => other.once('data', resolve));
  client.end();
});

test('of the client’s environment only language and time reach the target (B1)', async () => {
  const target = await scriptedTarget((channel) => {
    channel.exit(0);
    channel.end();
  });
  const { port } = await open(target.place);
  const set = [
    'LANG=zh_CN.UTF-8',
    'TZ=Asia/Shanghai',
    'LD_PRELOAD=/tmp/x.so',
    'PATH=/tmp',
    'BASH_ENV=/tmp/x',
    'LC_X=y z',
  ];
  const args = ['-o', `SetEnv=${set.map((pair) => JSON.stringify(pair)).join(' ')}`, '-p', String(port)];
  await ssh([...args, 'lin@127.0.0.1', 'true'], ANSWERS).exit;
  expect(target.env).toEqual({ LANG: 'zh_CN.UTF-8', TZ: 'Asia/Shanghai', LC_X: 'y z' });
  target.stop();
});

test('absurd terminals are made plain ones, and a million resizes become a few (B9)', async () => {
  const target = await scriptedTarget((channel) => void channel.write('ready'));
  const { gateway, port } = await open(target.place);
  const { client, raw } = await signedIn(port);
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    client.shell({ term: '$(reboot)\x1b[2J', rows: 2 ** 32 - 1, cols: 0, width: 2 ** 31, height: 7 }, (error, made) =>
      error === undefined ? resolve(made) : reject(error),
    ),
  );
  await new Promise((resolve) => channel.once('data', resolve));
  expect(target.ptys).toMatchObject([{ term: 'vt100', rows: 1000, cols: 1 }]);
  for (let nth = 1; nth <= 20_000; nth += 1) raw.windowChange(0, nth, nth, 0, 0);
  await expect.poll(() => target.sizes.at(-1)).toEqual({ rows: 1000, cols: 1000 });
  expect(target.sizes.length).toBeLessThan(10_000);
  for (const { rows, cols } of target.sizes) expect(Math.max(rows, cols)).toBeLessThanOrEqual(1000);
  client.end();
  await gateway.hear('session.ended');
  target.stop();
});

test('a command is run and kept as it is, with newlines and reordering characters (R17)', async () => {
  const { gateway, port } = await open();
  const command = 'echo one\necho "\u202etwo"';
  const { stdout } = await through(port, command).exit;
  expect(stdout.toString()).toBe('one\n\u202etwo\n');
  expect(told(gateway, 'channel.request')[0]?.params.command).toBe(command);
});

test('a command with a NUL character is not run, and the person reads why (B9)', async () => {
  const { gateway, port } = await open();
  const { client } = await signedIn(port);
  const { status, stderr } = await outcome(client, 'echo harmless\0; reboot');
  expect(status).toBe(77);
  expect(stderr).toContain('NUL');
  expect(told(gateway, 'channel.request')).toEqual([]);
  await gateway.hear('channel.not-offered', ({ kind }) => kind === 'exec-with-nul');
  client.end();
});

test('a command of 30 KB runs, one of 1 MB ends its own connection and nobody else’s (B4)', async () => {
  const { gateway, port } = await open();
  const { client } = await signedIn(port);
  const long = `echo ${'x'.repeat(30_000)}`;
  expect((await outcome(client, long)).stdout).toHaveLength(30_001);
  const huge = await signedIn(port);
  exec(huge.client, 'x'.repeat(1_000_000)).catch(() => undefined);
  await huge.closed;
  expect(told(gateway, 'channel.request')).toHaveLength(1);
  await stillWorks(port);
  client.end();
});

test.each(['NOSUCH', 'KILL@VENDOR'])('the signal %s from a client harms nobody (B4)', async (name) => {
  const { gateway, port } = await open();
  const { client, raw } = await signedIn(port);
  const channel = await exec(client, 'cat');
  channel.write('live\n');
  await new Promise((resolve) => channel.once('data', resolve));
  withSignalName(name, () => raw.signal(0, name));
  channel.write('still here\n');
  await new Promise((resolve) => channel.once('data', resolve));
  client.end();
  await gateway.hear('session.ended');
  await stillWorks(port);
});

test('a program ended by a signal nobody knows ends its session in good order (R17)', async () => {
  const target = await scriptedTarget((channel) => {
    withSignalName('NOSUCH', () => channel.exit('NOSUCH', false, 'odd'));
    channel.end();
  });
  const { gateway, port } = await open(target.place);
  expect((await through(port, 'x').exit).code).toBe(255);
  const { params } = await gateway.hear('session.ended');
  expect(params).toMatchObject({ reason: 'finished', exitSignal: 'SIGNOSUCH', tracks: { screen: {} } });
  target.stop();
});

test('a client that sends beyond its window is dropped before it fills the memory (B4)', async () => {
  const { gateway, port } = await open();
  const { client, raw, closed } = await signedIn(port);
  await exec(client, 'sleep 600');
  await gateway.hear('session.credential');
  const piece = Buffer.alloc(32_000, 'x');
  const before = process.memoryUsage().rss;
  for (let sent = 0; sent < 400 * MIB; sent += piece.length) {
    raw.channelData(0, piece);
    if (sent % MIB < piece.length) await new Promise((resolve) => setImmediate(resolve));
    if (told(gateway, 'session.ended').length > 0) break;
  }
  await closed;
  await gateway.hear('session.ended', ({ reason }) => reason === 'client-left');
  process.stdout.write(`memory while overrun: + ${Math.round((process.memoryUsage().rss - before) / MIB)} MiB\n`);
  expect(connectionsTo(sshd.port)).toBe(0);
  await stillWorks(port);
});

/** Key echo through a shell's `cat`, in milliseconds. */
async function echoes(session: SshRun, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const began = performance.now();
    session.child.stdin.write(`echo-${nth}\n`);
    await session.until((text) => text.includes(`echo-${nth}\n`));
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b);
}

test('a client with a window of 2^31 that stops reading costs a few MiB, and others do not feel it (B4)', async () => {
  const { gateway, port } = await open();
  const quiet = through(port, 'cat');
  await echoes(quiet, 20);
  const { client, raw, socket } = await signedIn(port);
  const flood = await exec(client, 'yes flood');
  await new Promise((resolve) => flood.once('readable', resolve));
  raw.channelWindowAdjust(0, 2 ** 31 - 1 - 2 * MIB);
  const flooding = await gateway.hear(
    'session.opened',
    ({ session }) => session !== told(gateway, 'session.opened')[0]?.params.session,
  );
  socket.pause();
  const before = process.memoryUsage().rss;
  const times = await echoes(quiet, 600);
  const grown = (process.memoryUsage().rss - before) / MIB;
  const [median, late] = [times[300] ?? 0, times[594] ?? 0];
  const began = performance.now();
  await gateway.controller.call('sessions.cut', {
    sessions: [String(flooding.params.session)],
    reason: 'ticket-revoked',
  });
  const cutAfter = performance.now() - began;
  expect(connectionsTo(sshd.port)).toBe(1);
  const ended = await gateway.hear('session.ended', ({ reason }) => reason === 'ticket-revoked');
  const taken = Number(ended.params.recordedBytes) / MIB;
  process.stdout.write(
    `deaf client, flooding target: ${taken.toFixed(1)} MiB taken, memory + ${grown.toFixed(1)} MiB, cut in ` +
      `${cutAfter.toFixed(0)} ms; echo of another session: median ${median.toFixed(2)} ms, p99 ${late.toFixed(2)} ms\n`,
  );
  // More than the 2 MiB a plain window holds, so the large one was used; what the kernel's buffers hold, and no more.
  expect(taken).toBeGreaterThan(2.5);
  expect(taken).toBeLessThan(24);
  expect(median).toBeLessThan(20);
  quiet.child.stdin.end();
  await quiet.exit;
});

async function slowReader(clock: ManualClock, { out, error }: { readonly out: number; readonly error: number }) {
  const { gateway, port } = await open({}, { clock, leaseMs: 10 ** 9 });
  const { client, raw } = await signedIn(port);
  // Exactly one window of 2 MiB and no more, until the test says so.
  const adjust = raw.channelWindowAdjust.bind(raw);
  raw.channelWindowAdjust = () => undefined;
  const channel = await exec(client, `head -c ${out} /dev/zero; head -c ${error} /dev/zero >&2; exit 3`);
  const { params } = await gateway.hear('session.opened');
  await new Promise((resolve) => {
    channel.once('readable', resolve);
    channel.stderr.once('readable', resolve);
  });
  await passTime(clock, gateway, 30_000);
  const read = () => adjust(0, 16 * MIB);
  return { gateway, client, channel, read, session: String(params.session) };
}

test.each([
  { out: 3_500_000, error: 1_000_000 },
  { out: 0, error: 3_500_000 },
])('the last output of a program reaches a client that reads late: %o (R17)', async (last) => {
  const { gateway, client, channel, read } = await slowReader(new ManualClock(), last);
  const got = { out: 0, error: 0 };
  channel.on('data', (bytes: Buffer) => {
    got.out += bytes.length;
  });
  channel.stderr.on('data', (bytes: Buffer) => {
    got.error += bytes.length;
  });
  read();
  await new Promise((resolve) => channel.once('close', resolve));
  expect(got).toEqual(last);
  await gateway.hear('session.ended', ({ reason, exitStatus }) => reason === 'finished' && exitStatus === 3);
  client.end();
});

test('a cut does not wait for the last output of a program (R10)', async () => {
  const clock = new ManualClock();
  const { gateway, client, session } = await slowReader(clock, { out: 3_500_000, error: 0 });
  const ended = gateway.hear('session.ended', (params) => params.session === session);
  await gateway.controller.call('sessions.cut', { sessions: [session], reason: 'account-departed' });
  await expect
    .poll(async () => {
      clock.advance(1000);
      return Promise.race([ended.then(() => 'closed'), new Promise((resolve) => setImmediate(resolve, 'open'))]);
    })
    .toBe('closed');
  client.end();
});

test('output and errors that flood together reach a client that reads late, whole and in order (R17)', async () => {
  const { port } = await open();
  const other = through(port, 'cat');
  await echoes(other, 1);
  const run = through(port, '(seq 1 4000000) & (seq 1 4000000 >&2); wait');
  run.child.stdout.pause();
  // Time enough for both streams to stand before a full window.
  await echoes(other, 1500);
  run.child.stdout.resume();
  const { code, stdout, stderr } = await run.exit;
  const numbers = execFileSync('seq', ['1', '4000000'], { maxBuffer: 2 ** 26 });
  expect(code).toBe(0);
  expect(stdout.equals(numbers)).toBe(true);
  expect(stderr.equals(numbers)).toBe(true);
  other.child.stdin.end();
  await other.exit;
});

test('twenty megabytes of errors arrive whole (R17)', async () => {
  const { gateway, port } = await open();
  const { code, stderr } = await through(port, 'head -c 20000000 /dev/zero >&2; exit 5').exit;
  expect(stderr.length).toBe(20_000_000);
  expect(code).toBe(5);
  await gateway.hear('session.ended', ({ recordedBytes }) => recordedBytes === 20_000_000);
});

test('a target that dies under a session ends it as lost, with what it said before (R17)', async () => {
  const { gateway, port } = await open();
  const session = through(port, 'echo "pid $PPID"; cat');
  const text = await session.until((said) => /pid \d+\n/.test(said));
  process.kill(Number(/pid (\d+)/.exec(text)?.[1]), 'SIGKILL');
  const { code, stderr } = await session.exit;
  expect(code).toBe(69);
  expect(stderr.toString()).toContain('the target dropped the connection');
  await gateway.hear('session.ended', ({ reason }) => reason === 'target-lost');
});

test('a target that lets in and then never starts the program is given up (R1)', async () => {
  const clock = new ManualClock();
  const target = await scriptedTarget(undefined);
  const { gateway, port } = await open(target.place, { clock, leaseMs: 10 ** 9 });
  const session = through(port, 'true');
  await gateway.hear('session.credential');
  await expect.poll(() => target.connections.size).toBe(1);
  await passTime(clock, gateway, 20_000);
  expect((await session.exit).code).toBe(69);
  await gateway.hear('session.ended', ({ reason }) => reason === 'target-unreachable');
  target.stop();
});

test('what is not offered is refused by name and on record, once each (B1)', async () => {
  const { gateway, port } = await open();
  const { client } = await signedIn(port);
  const answer = (ask: (done: (error?: Error | null) => void) => void) =>
    new Promise<string>((resolve) => ask((error) => resolve(error?.message ?? 'accepted')));
  const opening = (type: string) => answer((done) => openChannel(client, type, done));
  for (let twice = 0; twice < 2; twice += 1) {
    expect(await answer((done) => client.openssh_forwardOutStreamLocal('/run/x', done))).toContain('(streamlocal)');
    expect(await answer((done) => client.forwardIn('127.0.0.1', 0, done))).not.toBe('accepted');
    expect(await answer((done) => client.openssh_forwardInStreamLocal('/run/x', done))).not.toBe('accepted');
    expect(await answer((done) => client.exec('true', { x11: true }, done))).not.toBe('accepted');
    for (const type of ['tun@openssh.com', 'x11', 'forwarded-tcpip', 'auth-agent@openssh.com', 'a b\u0007']) {
      const name = type.replace(/[^\w.@-]/g, '?');
      expect(await opening(type), type).toContain(`Sluice: channels of this kind are not offered (${name})`);
    }
  }
  const kinds = told(gateway, 'channel.not-offered').map(({ params }) => params.kind);
  expect(kinds.sort()).toEqual(
    [
      ...['a?b?', 'auth-agent@openssh.com', 'direct-streamlocal', 'forwarded-tcpip', 'streamlocal-forward@openssh.com'],
      ...['tcpip-forward', 'tun@openssh.com', 'x11'],
    ].sort(),
  );
  expect(told(gateway, 'channel.request')).toEqual([]);
  client.end();
});

test('kinds that a client makes up are recorded up to a bound (B4)', async () => {
  const { gateway, port } = await open();
  const { client } = await signedIn(port);
  for (let index = 0; index < 100; index += 1) {
    await new Promise<void>((resolve) => openChannel(client, `made-up-${index}`, () => resolve()));
  }
  expect(told(gateway, 'channel.not-offered')).toHaveLength(32);
  client.end();
});
