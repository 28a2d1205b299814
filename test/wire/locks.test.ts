// A lock while people are at work: what it reaches is cut at once, and nothing new opens for it (R29, B18).

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Lock, LockBody, LockReceipt } from '../../web/contract/locks.ts';
import { ApiClient } from '../support/api-client.ts';
import { connectionsTo } from '../support/connections.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';
import { openTerminal } from '../support/web-terminal.ts';

const HOUR = 3_600_000;
let site: TestInstallation;
let ticket: string;

beforeAll(async () => {
  site = await startInstallation();
});
afterAll(() => site.stop());
beforeEach(async () => {
  ticket = (await site.approvedTicket({ windowMs: 8 * HOUR })).id;
});

const connect = (...how: string[]) =>
  ssh(
    [...how.slice(0, -1), '-p', String(site.sshPort), 'engineer@127.0.0.1', ...how.slice(-1)].filter(
      (each) => each !== '',
    ),
    { password: PASSWORD, code: site.code('engineer') },
    { LANG: 'zh_CN.UTF-8' },
  );

async function atWork() {
  const shell = connect('-tt', '');
  shell.child.stdin.write('echo live-$((1+1))\n');
  await shell.until((text) => text.includes('live-2'));
  const command = connect('echo begun; sleep 600');
  await command.until((text) => text.includes('begun'));
  const client = await ApiClient.signIn(site, 'engineer');
  const terminal = await openTerminal(site, client, ticket);
  await terminal.said('opened');
  return { shell, command, terminal, client };
}
const idOf = async (name: string): Promise<string> => {
  const people = (await (await ApiClient.signIn(site, 'admin')).get('/api/v1/accounts')).body;
  return (
    (people as { person: { id: string; name: string } }[]).find(({ person }) => person.name === name)?.person.id ?? ''
  );
};
const targetId = async (): Promise<string> =>
  ((await (await ApiClient.signIn(site, 'admin')).get('/api/v1/targets')).body as { id: string }[])[0]?.id ?? '';

const SCOPES: readonly (readonly [string, () => Promise<Pick<LockBody, 'scope' | 'subject'>>, RegExp])[] = [
  ['the person', async () => ({ scope: 'person', subject: await idOf('engineer') }), /临时封锁/],
  ['their vendor', async () => ({ scope: 'vendor', subject: '示例软件公司' }), /临时封锁/],
  ['the target', async () => ({ scope: 'target', subject: await targetId() }), /资产 app 已被临时封锁/],
  ['everything', async () => ({ scope: 'everything', subject: null }), /refused|closed/],
];

test.each(SCOPES)(
  'a lock on %s cuts shell, command and web terminal, and opens nothing until it is lifted',
  async (_, make, says) => {
    const { shell, command, terminal } = await atWork();
    const lock = { ...(await make()), reason: '账号疑似泄露', endsAt: site.clock.now() + HOUR };
    const section = await ApiClient.signIn(site, 'section');
    const placed = await section.post('/api/v1/locks', lock);
    expect(connectionsTo(site.sshd.port)).toBe(0);
    expect(placed.status, JSON.stringify(placed.body)).toBe(200);
    const { sessions, lock: made } = placed.body as LockReceipt;
    expect(sessions).toHaveLength(3);
    for (const { closedAfterMs } of sessions) expect(closedAfterMs).toBeLessThan(5000);
    for (const run of [shell, command]) {
      const { code, stdout, stderr } = await run.exit;
      expect([code, `${stdout}${stderr}`]).toEqual([77, expect.stringContaining('访问已被临时封锁')]);
    }
    expect(await terminal.said('ended')).toMatchObject({ reason: 'access-locked' });
    const late = await connect('echo in').exit;
    expect([late.code === 0, late.stdout.toString()]).toEqual([false, '']);
    expect(late.stderr.toString()).toMatch(says);
    const lift = async (name: string) => {
      const client = await ApiClient.signIn(site, name);
      const answer = await client.post(`/api/v1/locks/${made.id}/lift`, { code: site.code(name) });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body as Lock[];
    };
    if (lock.scope === 'everything')
      expect(await lift('section')).toMatchObject([{ liftAskedBy: { name: 'section' } }]);
    expect(await lift('head')).toEqual([]);
    expect((await connect('echo in').exit).stdout.toString()).toBe('in\n');
  },
);
