// Searching recordings through the API: real sessions, found once they have ended (R22, R23).

import { afterAll, beforeAll, expect, test } from 'vitest';
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
  // Whatever runs by itself has taken it in, or this does.
  await site.running.indexer.run();
  auditor = await ApiClient.signIn(site, 'auditor');
});
afterAll(() => site.stop());

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
