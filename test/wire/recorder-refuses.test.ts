import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evidence } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';
import { accepts } from '../support/sshd.ts';

let site: TestInstallation;

beforeAll(async () => {
  // More than any disk has: the recorder's reserve can never be kept.
  site = await startInstallation({ 'recordings.reserveMiB': 1_048_576 });
});
afterAll(() => site.stop());

test('where nothing can be recorded nothing opens, and the evidence says why (R18)', async () => {
  await site.approvedTicket();
  const args = ['-p', String(site.sshPort), 'engineer@127.0.0.1', 'echo in'];
  const { code, stdout, stderr } = await ssh(args, { password: PASSWORD, code: site.code('engineer') }).exit;
  expect(code).toBe(74);
  expect(stdout.toString()).toBe('');
  expect(stderr.toString()).toContain('recording cannot continue');
  expect(site.sshd.log()).not.toContain('Accepted');
  // Written once the client is gone, not before.
  await expect
    .poll(refusals)
    .toMatchObject([{ actor: { name: 'engineer' }, details: { code: 'session.recorder-failed' } }]);
});

async function refusals(): Promise<unknown[]> {
  const leaves = await site.running.database.transaction((tx) => tx.selectFrom('evidence').select('leaf').execute());
  return leaves.map(({ leaf }) => JSON.parse(leaf)).filter(({ type }) => type === 'access.refused');
}

test('a recorder that fails its self-test keeps the port closed, on record, until it passes (R18)', async () => {
  const broken = await startInstallation();
  try {
    const { recordings } = broken.folder;
    rmSync(recordings, { recursive: true });
    writeFileSync(recordings, '');
    await broken.approvedTicket();
    await broken.running.supervisor.look();
    expect(await accepts(broken.sshPort)).toBe(false);
    const failed = (await evidence(broken)).filter(({ type }) => type === 'recorder.self-test-failed');
    expect(failed).toMatchObject([{ actor: { kind: 'system' }, details: { why: expect.stringContaining('ENOTDIR') } }]);
    await broken.running.supervisor.look();
    expect((await evidence(broken)).filter(({ type }) => type === 'recorder.self-test-failed')).toHaveLength(1);
    rmSync(recordings);
    mkdirSync(recordings);
    await broken.running.supervisor.look();
    expect(await accepts(broken.sshPort)).toBe(true);
  } finally {
    await broken.stop();
  }
});
