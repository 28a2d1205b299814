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
  const { publisher } = site.running;
  const { trouble } = publisher;
  Object.assign(publisher, { trouble: () => new Error('no space left, injected') });
  const refused = await open();
  expect(refused.code).toBe(74);
  expect(refused.stdout.toString()).toBe('');
  expect(site.sshd.log()).not.toContain('Accepted');
  Object.assign(publisher, { trouble });
  const opened = await open();
  expect(opened.stdout.toString()).toBe('in\n');
});
