import { afterAll, beforeAll, expect, test } from 'vitest';
import { listeningGateway, passTime } from '../support/fake-controller.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ssh } from '../support/openssh.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
const MINUTE = 60_000;
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

async function liveShell(clock: ManualClock, options: { remainingMs?: number; idleMs?: number }) {
  const { gateway, port } = await listeningGateway(sshd, { clock, leaseMs: 10 ** 9, ...options });
  const run = ssh(['-tt', '-p', String(port), 'lin@127.0.0.1'], ANSWERS, { LANG: 'en_US.UTF-8' });
  run.child.stdin.write('echo live-$((1+1))\n');
  await run.until((text) => text.includes('live-2'));
  return { gateway, run };
}

test('notices come at 15, 5 and 1 minutes, then the end, whatever the wall clock says (R1)', async () => {
  const clock = new ManualClock();
  const { gateway, run } = await liveShell(clock, { remainingMs: 20 * MINUTE, idleMs: 10 ** 9 });
  await passTime(clock, gateway, 5 * MINUTE);
  await run.until((text) => text.includes('ends in 15 minutes'));
  clock.setWall(0);
  await passTime(clock, gateway, 10 * MINUTE);
  await run.until((text) => text.includes('ends in 5 minutes'));
  await passTime(clock, gateway, 4 * MINUTE);
  await run.until((text) => text.includes('ends in 1 minute'));
  await passTime(clock, gateway, MINUTE);
  const { code, stdout } = await run.exit;
  expect(stdout.toString()).toContain('the window has ended');
  expect(code).toBe(75);
  await gateway.hear('session.ended', ({ reason }) => reason === 'window-ended');
});

test('a session without a byte for the idle time is closed (R1)', async () => {
  const clock = new ManualClock();
  const { gateway, run } = await liveShell(clock, { idleMs: 10 * MINUTE });
  // Twice as long: the shell's prompt may come, and count, after the clock has begun to move.
  await passTime(clock, gateway, 20 * MINUTE);
  expect((await run.exit).stdout.toString()).toContain('nothing happened for a long time');
  await gateway.hear('session.ended', ({ reason }) => reason === 'idle');
});

test('a client that never signs in is dropped after the grace time (R40)', async () => {
  const clock = new ManualClock();
  const { port } = await listeningGateway(sshd, { clock, leaseMs: 10 ** 9, graceMs: 30_000 });
  const { connect } = await import('node:net');
  const socket = connect({ host: '127.0.0.1', port: port });
  await new Promise((resolve) => socket.once('data', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  clock.advance(30_000);
  await closed;
});

test('a controller that falls silent without closing the link is gone after the lease (R1)', async () => {
  const clock = new ManualClock();
  // The controller's own clock stands still: no sign of life ever comes from there.
  const { gateway, port } = await listeningGateway(sshd, { clock, controllerClock: new ManualClock(), leaseMs: 5000 });
  const run = ssh(['-tt', '-p', String(port), 'lin@127.0.0.1'], ANSWERS, { LANG: 'en_US.UTF-8' });
  run.child.stdin.write('echo live-$((1+1))\n');
  await run.until((text) => text.includes('live-2'));
  clock.advance(5500);
  expect((await run.exit).stdout.toString()).toContain('controller cannot be reached');
  await gateway.over;
});
