// One side of a transfer stands still for a minute: little is kept for it, nobody else notices, and then it goes on. The
// processes are really stopped; the minute passes on the gateway's clock, which runs in this process, memory included.

import { randomBytes } from 'node:crypto';
import { on } from 'node:events';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ClientChannel } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packetBytes, u32 } from '../../bastion/gateway/sftp/fields.ts';
import { PacketReader } from '../../bastion/gateway/sftp/packet-reader.ts';
import { OPEN_FLAGS, REQUEST_TYPES, VERSION } from '../../bastion/gateway/sftp/protocol.ts';
import { parseReply } from '../../bastion/gateway/sftp/reply.ts';
import { encodeRequest } from '../../bastion/gateway/sftp/request.ts';
import { descendantsOf } from '../bench/processes.ts';
import { type GatewayUnderTest, gatewayUnderTest, passTime } from '../support/fake-controller.ts';
import { fill, folderWithRoom, sha256Of } from '../support/large-file.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { run, type SshRun, ssh } from '../support/openssh.ts';
import { misbehave } from '../support/ssh2-client.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
const MIB = 1024 * 1024;
const MINUTE = 60_000;
/** Far below what would have to be kept if somebody did not wait. */
const MOST_GROWTH = 32 * MIB;
const FILE_BYTES = 300 * MIB;
/** For what comes soon, on a machine that may be busy. */
const PATIENT = { timeout: 30_000, interval: 5 };

let sshd: Sshd;
let clock: ManualClock;
let gateway: GatewayUnderTest;
let port: string;
/** Somebody at work the whole time. */
let shell: SshRun;
let asked = 0;
let folder: string;
let hash: string;

beforeAll(async () => {
  sshd = await startSshd();
  clock = new ManualClock();
  gateway = await gatewayUnderTest(sshd, { clock, leaseMs: 10 ** 9 });
  port = String((await gateway.controller.call('listen', { sources: ['127.0.0.1'] })).port);
  shell = ssh(['-tt', '-p', port, 'lin@127.0.0.1'], ANSWERS);
  await shellAnswers();
  folder = folderWithRoom(2 * FILE_BYTES);
  hash = fill(join(folder, 'from'), FILE_BYTES);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  shell.child.kill();
  await sshd.stop();
});

async function shellAnswers(): Promise<void> {
  asked += 1;
  shell.child.stdin.write(`echo answer-$((${asked}+1000))\n`);
  await shell.until((text) => text.includes(`answer-${asked + 1000}\r\n`));
}

/** The shell answers, and a file goes there and back. */
async function othersWork(): Promise<void> {
  await shellAnswers();
  const folder = temporaryFolder();
  const content = randomBytes(3 * MIB);
  writeFileSync(join(folder, 'a'), content);
  const { exit } = sftp(folder, `put ${folder}/a ${folder}/b\nget ${folder}/b ${folder}/c`);
  expect((await exit).code).toBe(0);
  expect(readFileSync(join(folder, 'c')).equals(content)).toBe(true);
}

function sftp(folder: string, lines: string, options: readonly string[] = []): SshRun {
  writeFileSync(join(folder, 'batch'), `${lines}\n`);
  return run('sftp', [...options, '-oBatchMode=no', '-b', join(folder, 'batch'), '-P', port, 'lin@127.0.0.1'], ANSWERS);
}

/** Bytes that are really kept: garbage is collected first, twice, because buffers are freed beside the first time. */
async function memoryInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  for (let times = 0; times < 2; times += 1) {
    runInNewContext('gc')();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Others work before and after a minute; how much more is in use then than was before. */
async function minuteForOthers(before: number): Promise<number> {
  await othersWork();
  await passTime(clock, gateway, MINUTE);
  await othersWork();
  return (await memoryInUse()) - before;
}

/** How many closed files with that hash the evidence holds. */
const onRecord = (): number =>
  gateway.told.filter(({ params }) => JSON.stringify(params.events ?? []).includes(hash)).length;

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

test.each([
  { side: 'client', stops: 'reading', command: 'get' },
  { side: 'client', stops: 'writing', command: 'put' },
  { side: 'target', stops: 'reading', command: 'put' },
  { side: 'target', stops: 'writing', command: 'get' },
] as const)(
  'a $side that stops $stops for a minute: memory bounded, others unharmed, and it goes on (B4)',
  async ({ side, command }) => {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    rmSync(to, { force: true });
    const [before, recorded] = [descendantsOf(sshd.pid), onRecord()];
    const memory = await memoryInUse();
    // As many requests on their way as it can keep track of.
    const transfer = sftp(folder, `${command} ${from} ${to}`, ['-R', '1024', '-B', '261120']);
    await expect.poll(() => sizeOf(to), PATIENT).toBeGreaterThan(4 * MIB);
    const client = transfer.child.pid ?? 0;
    const stopped =
      side === 'client'
        ? [client, ...descendantsOf(client)]
        : descendantsOf(sshd.pid).filter((pid) => !before.includes(pid));
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    expect(sizeOf(to)).toBeLessThan(FILE_BYTES);
    const growth = await minuteForOthers(memory).finally(() => {
      for (const pid of stopped) process.kill(pid, 'SIGCONT');
    });
    console.log(`while the ${side} stood still, ${(growth / MIB).toFixed(1)} MiB more were in use`);
    expect(growth).toBeLessThan(MOST_GROWTH);
    const { code, stderr } = await transfer.exit;
    expect(code, stderr.toString()).toBe(0);
    expect(await sha256Of(to)).toBe(hash);
    await expect.poll(onRecord, PATIENT).toBe(recorded + 1);
  },
);

/** Far more than any window; PuTTY offers as much. */
const HUGE_WINDOW = 2 ** 31 - 4 * MIB;
const READ_BYTES = 256 * 1024;
const READS = 2000;

test('a client with a window of 2 GiB that asks for 500 MB and reads none of it: memory bounded, others unharmed (B4)', async () => {
  const { client, socket, raw, ready } = misbehave(Number(port));
  await ready;
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    client.subsys('sftp', (error, opened) => (error ? reject(error) : resolve(opened))),
  );
  const reader = new PacketReader('target');
  const pieces = on(channel, 'data');
  const answer = async () => {
    for (;;) {
      const piece: IteratorResult<Buffer[]> = await pieces.next();
      const [packet] = reader.push(Buffer.concat(piece.value));
      if (packet !== undefined) return packet;
    }
  };
  channel.write(packetBytes(REQUEST_TYPES.init, u32(VERSION)));
  await answer();
  channel.write(
    encodeRequest(1, { op: 'open', path: Buffer.from(join(folder, 'from')), flags: OPEN_FLAGS.read, attrs: {} }),
  );
  const opened = parseReply(await answer());
  if (opened.kind !== 'handle') throw new Error(`expected a handle, got ${opened.kind}`);
  const opening = gateway.told.findLast(({ name }) => name === 'session.opened');
  const memory = await memoryInUse();
  socket.pause();
  const { outgoing } = channel as unknown as { readonly outgoing: { readonly id: number } };
  raw.channelWindowAdjust(outgoing.id, HUGE_WINDOW);
  for (let id = 0; id < READS; id += 1) {
    const offset = (id * READ_BYTES) % FILE_BYTES;
    channel.write(encodeRequest(id, { op: 'read', handle: opened.handle, offset, length: READ_BYTES }));
  }
  const growth = await minuteForOthers(memory);
  console.log(`while a client with a huge window did not read, ${(growth / MIB).toFixed(1)} MiB more were in use`);
  expect(growth).toBeLessThan(MOST_GROWTH);
  socket.destroy();
  await gateway.hear('session.ended', ({ session }) => session === opening?.params.session);
});
