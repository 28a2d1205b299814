// Searching recordings through the API: real sessions, found once they have ended (R22, R23).

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandLog } from '../../web/contract/commands.ts';
import type { SearchPage } from '../../web/contract/search.ts';
import { ApiClient } from '../support/api-client.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';

let site: TestInstallation;
let auditor: ApiClient;

beforeAll(async () => {
  site = await startInstallation();
  await site.approvedTicket();
  const command = 'echo "\\033[31m招标文件\\033[0m"; echo zephyr quartz; cat /etc/hostname-that-is-not-there';
  await ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', command], {
    password: PASSWORD,
    code: site.code('engineer'),
  }).exit;
  // And one at a prompt.
  const bash = "stty rows 24 cols 80; env LC_ALL=C.UTF-8 PS1='ready> ' HISTFILE= bash --norc --noprofile";
  const answers = { password: PASSWORD, code: site.code('engineer') };
  const shell = ssh(['-tt', '-p', String(site.sshPort), 'engineer@127.0.0.1', bash], answers, { TERM: 'xterm' });
  for (const [nth, line] of ['uname -s quetzal', 'exit'].entries()) {
    await shell.until((text) => text.split('ready> ').length > nth + 1);
    shell.child.stdin.write(`${line}\r`);
  }
  await shell.exit;
  await sessionsEnded();
  // Whatever runs by itself has taken it in, or this does.
  await site.running.indexer.run();
  auditor = await ApiClient.signIn(site, 'auditor');
});
afterAll(() => site.stop());

/** Their end reaches the controller a moment after the client. */
async function sessionsEnded(): Promise<void> {
  const user = await site.signIn('auditor');
  while ((await site.running.services.sessionLog.list(user, {})).some(({ endedAt }) => endedAt === null));
}

const search = async (q: string): Promise<SearchPage> => {
  const { status, body } = await auditor.get(`/api/v1/search?q=${encodeURIComponent(q)}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as SearchPage;
};

test.each(['招标', 'zephyr quartz', '"zephyr quartz"', 'no such file', 'hostname-that'])(
  'the auditor finds %s in what a session printed (R23)',
  async (q) => {
    const { sessions, next, waiting } = await search(q);
    expect(sessions).toMatchObject([
      { session: { login: site.sshd.login, account: { name: 'engineer' } }, partly: false },
    ]);
    expect([next, waiting]).toEqual([null, 0]);
    const [{ snippet, marks } = { snippet: '', marks: [] }] = sessions[0]?.hits ?? [];
    const [[from, length] = [0, 0]] = marks;
    expect(q.toLowerCase()).toContain(snippet.slice(from, from + length).toLowerCase());
  },
);

test('a command given at a prompt is found as one, at its moment, beside what the terminal showed of it (R23)', async () => {
  const { sessions } = await search('uname quetzal');
  const [command, ...more] = sessions[0]?.hits.filter((hit) => hit.command !== null) ?? [];
  expect(more).toEqual([]);
  expect(command?.snippet).toBe('uname -s quetzal');
  expect(command?.at).toBeGreaterThan(0);
  expect(command?.marks).toEqual([
    [0, 5],
    [9, 7],
  ]);
  expect(sessions[0]?.hits.some((hit) => hit.command === null && hit.snippet.includes('quetzal'))).toBe(true);
  const log = await auditor.get(`/api/v1/sessions/${sessions[0]?.session.id}/commands`);
  expect((log.body as CommandLog).commands).toContainEqual(
    expect.objectContaining({
      at: expect.closeTo(command?.at ?? 0, -1),
      text: 'uname -s quetzal',
      confidence: command?.command,
    }),
  );
});

test('the command a session was opened with is found as one (R23)', async () => {
  const { sessions } = await search('hostname-that cat');
  expect(sessions[0]?.hits.find((hit) => hit.command !== null)).toMatchObject({ at: 0, command: 'exact' });
});

test('what was looked for is on record, with who did (R22)', async () => {
  const from = await evidenceSize(site);
  expect((await search('nothing-like-it')).sessions).toEqual([]);
  expect(await evidence(site, from)).toMatchObject([
    { type: 'search.made', actor: { name: 'auditor' }, details: { query: 'nothing-like-it' } },
  ]);
});

test('a question too short to be asked says what is wrong (R43)', async () => {
  const { status, body } = await auditor.get('/api/v1/search?q=a');
  expect([status, body]).toMatchObject([
    400,
    { code: 'search.query', message: { zh: expect.stringContaining('太短') } },
  ]);
});
