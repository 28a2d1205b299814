// The end of a window for what runs, where the ticket lets it finish (R1). The gateway's clock stands still between steps.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SFTPWrapper } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GatewayUnderTest, listeningGateway, passTime } from '../support/fake-controller.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ssh } from '../support/openssh.ts';
import { misbehave } from '../support/ssh2-client.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const MINUTE = 60_000;
const GRACE = 10 * MINUTE;
const ANSWERS = { password: 'correct horse', code: '123456' };
const folder = mkdtempSync(join(tmpdir(), 'sluice-finishing-'));
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(async () => {
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function gateway() {
  const clock = new ManualClock();
  const options = { clock, leaseMs: 10 ** 9, idleMs: 10 ** 9, remainingMs: 2 * MINUTE, grant: { finishMs: GRACE } };
  return { clock, ...(await listeningGateway(sshd, options)) };
}
const run = (port: number, line: string, ...how: string[]) =>
  ssh([...how, '-p', String(port), 'lin@127.0.0.1', line], ANSWERS);
const ended = (at: GatewayUnderTest, why: string) => at.hear('session.ended', ({ reason }) => reason === why);

test('a command that runs finishes after the end, with its output and its status (R1)', async () => {
  const { clock, gateway: at, port } = await gateway();
  const flag = join(folder, 'flag');
  const command = run(port, `echo begun; while [ ! -e ${flag} ]; do sleep 0.05; done; echo finished; exit 3`);
  await command.until((text) => text.includes('begun'));
  await passTime(clock, at, 2 * MINUTE);
  await command.until((text) => text.includes('the window has ended and nothing new begins'));
  await passTime(clock, at, 5 * MINUTE);
  writeFileSync(flag, '');
  const { code, stdout } = await command.exit;
  expect([code, stdout.toString()]).toEqual([3, 'begun\nfinished\n']);
  await ended(at, 'finished');
});

test('what is fed to a program after the end does not reach it; at the end of the grace it is cut (R1)', async () => {
  const { clock, gateway: at, port } = await gateway();
  const mark = join(folder, 'mark');
  const command = run(port, 'sh');
  command.child.stdin.write('echo first-$((1+1))\n');
  await command.until((text) => text.includes('first-2'));
  await passTime(clock, at, 2 * MINUTE);
  await command.until((text) => text.includes('nothing new begins'));
  command.child.stdin.write(`touch ${mark}\n`);
  await passTime(clock, at, GRACE);
  expect((await command.exit).code).toBe(75);
  expect(existsSync(mark)).toBe(false);
  await ended(at, 'window-ended');
});

test('who sits at a terminal is cut with the window (R1)', async () => {
  const { clock, gateway: at, port } = await gateway();
  const command = run(port, 'echo begun; sleep 600', '-tt');
  await command.until((text) => text.includes('begun'));
  await passTime(clock, at, 2 * MINUTE);
  expect((await command.exit).code).toBe(75);
  await ended(at, 'window-ended');
});

test('an sftp session finishes the files that are open, begins none, and is over with the last of them (R1)', async () => {
  const { clock, gateway: at, port } = await gateway();
  const { client, ready } = misbehave(port);
  await ready;
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
    client.sftp((error, opened) => (error === undefined ? resolve(opened) : reject(error))),
  );
  const asked = (ask: (done: (error?: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) => ask((error) => (error ? reject(error) : resolve())));
  const file = join(folder, 'file');
  const handle = await new Promise<Buffer>((resolve, reject) =>
    sftp.open(file, 'w', (error, opened) => (error === undefined ? resolve(opened) : reject(error))),
  );
  const write = (text: string, position: number) =>
    asked((done) => sftp.write(handle, Buffer.from(text), 0, text.length, position, done));
  await write('before ', 0);
  await passTime(clock, at, 2 * MINUTE);
  await write('after', 7);
  await expect(asked((done) => sftp.open(join(folder, 'other'), 'w', done))).rejects.toThrow('window has ended');
  await expect(asked((done) => sftp.unlink(file, done))).rejects.toThrow('window has ended');
  await expect(asked((done) => sftp.mkdir(join(folder, 'made'), done))).rejects.toThrow('window has ended');
  const over = ended(at, 'window-ended');
  await asked((done) => sftp.close(handle, done));
  // A client that does not close its side is waited for.
  await passTime(clock, at, 2000);
  await over;
  expect(readFileSync(file, 'utf8')).toBe('before after');
  expect([existsSync(join(folder, 'other')), existsSync(join(folder, 'made'))]).toEqual([false, false]);
  client.end();
});

test('an sftp session with nothing open is over with its window (R1)', async () => {
  const { clock, gateway: at, port } = await gateway();
  const { client, ready } = misbehave(port);
  await ready;
  await new Promise<SFTPWrapper>((resolve, reject) =>
    client.sftp((error, opened) => (error === undefined ? resolve(opened) : reject(error))),
  );
  const over = ended(at, 'window-ended');
  await passTime(clock, at, 2 * MINUTE);
  await passTime(clock, at, 2000);
  await over;
  client.end();
});
