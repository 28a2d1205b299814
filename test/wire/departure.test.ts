import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { connectionsTo } from '../support/connections.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';
import { accepts } from '../support/sshd.ts';
import { openTerminal } from '../support/web-terminal.ts';

let site: TestInstallation;

beforeAll(async () => {
  site = await startInstallation();
});
afterAll(() => site.stop());

test('depart now ends a shell, a command and a web terminal at once, and says how fast (R10)', async () => {
  const { id } = await site.approvedTicket();
  const args = ['-p', String(site.sshPort), 'engineer@127.0.0.1'];
  const shell = ssh(['-tt', ...args], { password: PASSWORD, code: site.code('engineer') });
  shell.child.stdin.write('echo shell-$((1+1))\n');
  await shell.until((text) => text.includes('shell-2'));
  const command = ssh([...args, 'echo command-live; sleep 600'], { password: PASSWORD, code: site.code('engineer') });
  await command.until((text) => text.includes('command-live'));
  const client = await ApiClient.signIn(site, 'engineer');
  const terminal = await openTerminal(site, client, id);
  await terminal.said('opened');
  terminal.type('echo web-$((1+1))\r');
  await terminal.until((screen) => screen.includes('web-2'));
  expect(connectionsTo(site.sshd.port)).toBe(3);

  const admin = await ApiClient.signIn(site, 'admin');
  const people = (await admin.get('/api/v1/accounts')).body as { person: { id: string; name: string } }[];
  const engineer = people.find(({ person }) => person.name === 'engineer')?.person.id;
  const departed = await admin.post(`/api/v1/accounts/${engineer}/depart`, {
    reason: '合同终止',
    code: site.code('admin'),
  });

  expect(connectionsTo(site.sshd.port)).toBe(0);
  expect(departed.status).toBe(200);
  const receipt = departed.body as {
    sessions: { closedAfterMs: number }[];
    tickets: unknown[];
    usedTargetAccounts: unknown[];
  };
  const times = receipt.sessions.map(({ closedAfterMs }) => closedAfterMs);
  process.stdout.write(`act → closed on both sides: ${times.map((ms) => ms.toFixed(1)).join(', ')} ms\n`);
  expect(times).toHaveLength(3);
  for (const time of times) expect(time).toBeLessThan(1000);
  expect(receipt.tickets).toHaveLength(1);
  expect(receipt.usedTargetAccounts).toMatchObject([{ target: 'app', login: site.sshd.login }]);
  expect((await shell.exit).code).toBe(77);
  expect((await shell.exit).stdout.toString()).toContain('离岗');
  expect((await command.exit).code).toBe(77);
  expect((await command.exit).stderr.toString()).toContain('departed');
  expect(await terminal.said('ended')).toMatchObject({ reason: 'account-departed' });
  await terminal.closed;
  expect((await client.get('/api/v1/me')).status).toBe(401);
  await site.running.supervisor.look();
  expect(await accepts(site.sshPort)).toBe(false);
});
