import { renameSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';

let site: TestInstallation;

beforeAll(async () => {
  site = await startInstallation();
});
afterAll(() => site.stop());

test('while the evidence log cannot be written out nothing opens, and then it does again (R18, R19)', async () => {
  await site.approvedTicket();
  const open = () =>
    ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', 'echo in'], {
      password: PASSWORD,
      code: site.code('engineer'),
    }).exit;
  const away = `${site.folder.evidence}.away`;
  renameSync(site.folder.evidence, away);
  await site.signIn('auditor');
  await site.running.publisher.flush().catch(() => undefined);
  expect(site.running.publisher.trouble()).toBeDefined();
  const refused = await open();
  expect(refused.code).toBe(74);
  expect(refused.stdout.toString()).toBe('');
  expect(site.sshd.log()).not.toContain('Accepted');
  renameSync(away, site.folder.evidence);
  await site.running.publisher.flush();
  const opened = await open();
  expect(opened.stdout.toString()).toBe('in\n');
});
