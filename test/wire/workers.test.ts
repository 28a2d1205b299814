// Several processes carry connections: who goes where, and what is left when one of them dies.

import { readdirSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionsTo } from '../support/connections.ts';
import { evidence } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { type SshRun, ssh } from '../support/openssh.ts';
import { accepts } from '../support/sshd.ts';

const WORKERS = 3;
let site: TestInstallation;

beforeAll(async () => {
  site = await startInstallation({ 'gateway.workers': WORKERS });
  await site.approvedTicket();
});
afterAll(() => site.stop());

async function shell(): Promise<SshRun> {
  const args = ['-tt', '-p', String(site.sshPort), 'engineer@127.0.0.1'];
  const run = ssh(args, { password: PASSWORD, code: site.code('engineer') });
  run.child.stdin.write('echo live-$((1+1))\n');
  await run.until((text) => text.includes('live-2'));
  return run;
}

/** Files of recordings that the process holds open: each session has the same number of them. */
function recordingsHeldBy(pid: number): number {
  const open = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return new Set(open.filter((path) => path.includes('/ses_')).map((path) => path.replace(/\/[^/]*$/, ''))).size;
}

test('people are spread over the workers; one that dies ends every session, each with an end (R18, R35)', async () => {
  const [listening = 0, ...workers] = site.running.supervisor.pids;
  expect(workers).toHaveLength(WORKERS);
  const shells = [await shell(), await shell(), await shell()];
  expect(workers.map(recordingsHeldBy)).toEqual([1, 1, 1]);
  expect(recordingsHeldBy(listening)).toBe(0);

  process.kill(workers[1] ?? 0, 'SIGKILL');
  for (const run of shells) expect((await run.exit).code).not.toBe(0);
  await expect.poll(() => connectionsTo(site.sshd.port)).toBe(0);
  await expect.poll(() => accepts(site.sshPort), { timeout: 20_000 }).toBe(true);
  const lost = (await evidence(site)).find(({ type }) => type === 'lease.lost');
  expect(lost?.details).toEqual({ sessions: shells.length });
  const ends = (await evidence(site)).filter(({ type }) => type === 'session.ended');
  expect(ends).toHaveLength(shells.length);
  expect(ends.filter(({ details }) => details.reason === 'gateway-lost').length).toBeGreaterThan(0);
  expect(site.running.supervisor.pids).not.toContain(workers[0]);

  const again = await shell();
  again.child.stdin.write('exit 3\n');
  expect((await again.exit).code).toBe(3);
});
