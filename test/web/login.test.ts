// The doors: the web's sign-in and ssh, side by side (B2, B6, B14, R14, R15).

import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiAnswer, ApiClient } from '../support/api-client.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';

let site: TestInstallation;

beforeAll(async () => {
  site = await startInstallation();
  await site.approvedTicket();
});
afterAll(() => site.stop());

const signIn = (name: string, password: string, code: string): Promise<ApiAnswer> =>
  new ApiClient(site).post('/api/v1/login', { name, password, code });
const overSsh = (code: string) =>
  ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', 'echo in'], { password: PASSWORD, code });

/** Everything an attacker can compare. */
async function answerTo(name: string, password: string, code: string) {
  const response = await fetch(`${site.running.web}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password, code }),
  });
  const headers = Object.fromEntries(response.headers);
  for (const changing of ['date', 'x-ratelimit-remaining', 'x-ratelimit-reset']) delete headers[changing];
  return { status: response.status, headers, body: (await response.json()) as unknown };
}

const WRONG = 'wide-river-slow-goat';

test('unknown, departed, wrong and half right get one answer, headers included (B6)', async () => {
  const admin = await ApiClient.signIn(site, 'admin');
  await site.invite({ name: 'leaver', displayName: '离例', role: 'section', vendor: null });
  const made = { name: 'invited', displayName: '待例', role: 'section', vendor: null };
  await admin.post('/api/v1/accounts', made);
  const people = (await admin.get('/api/v1/accounts')).body as { person: { id: string; name: string } }[];
  const leaver = people.find(({ person }) => person.name === 'leaver')?.person.id;
  await admin.post(`/api/v1/accounts/${leaver}/depart`, { reason: '调离', code: site.code('admin') });

  const attempts = [
    ['nobody-here', PASSWORD, '123456'],
    ['leaver', PASSWORD, '123456'],
    ['invited', PASSWORD, '123456'],
    ['section', WRONG, site.code('section')],
    ['section', PASSWORD, '000000'],
    ['section', 'x', '000000'],
    ['<b>', PASSWORD, '123456'],
    ['\0', PASSWORD, '123456'],
  ] as const;
  const answers = [];
  for (const [name, password, code] of attempts) answers.push(await answerTo(name, password, code));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]).toMatchObject({ status: 401, body: { code: 'login.refused' } });
});

test('a name that does not exist takes as long as one that does (B6)', async () => {
  const timed = async (name: string): Promise<number> => {
    const from = performance.now();
    await signIn(name, WRONG, '000000');
    return performance.now() - from;
  };
  const times: Record<'auditor' | 'nobody-else', number[]> = { auditor: [], 'nobody-else': [] };
  await timed('warming-up');
  for (let round = 0; round < 4; round += 1) {
    times.auditor.push(await timed('auditor'));
    times['nobody-else'].push(await timed('nobody-else'));
  }
  // The least of each: the work itself, without what the machine did beside it.
  const [known, unknown] = [Math.min(...times.auditor), Math.min(...times['nobody-else'])];
  process.stdout.write(`wrong password ${known.toFixed(0)} ms, unknown name ${unknown.toFixed(0)} ms\n`);
  expect(unknown / known).toBeGreaterThan(0.5);
  expect(unknown / known).toBeLessThan(2);
});

test('names are locked alike, whether they exist or not, and a right password does not tell (R14, B6)', async () => {
  const lock = async (name: string, last: readonly [string, string]): Promise<ApiAnswer> => {
    for (let wrong = 0; wrong < 5; wrong += 1) await signIn(name, WRONG, '000000');
    return signIn(name, ...last);
  };
  const unknown = await lock('not-anybody', [WRONG, '000000']);
  const known = await lock('head', [PASSWORD, site.code('head')]);
  expect(known).toEqual(unknown);
  expect(known).toMatchObject({ status: 429, body: { code: 'login.throttled' } });
  site.clock.push(15 * 60_000);
  expect((await signIn('head', PASSWORD, site.code('head'))).status).toBe(200);
});

test('a code that opened the web does not open ssh, nor one of ssh the web (B14)', async () => {
  const first = site.code('engineer');
  expect((await signIn('engineer', PASSWORD, first)).status).toBe(200);
  const replayed = await overSsh(first).exit;
  expect([replayed.code, replayed.stdout.toString()]).toEqual([255, '']);
  const second = site.code('engineer');
  expect((await overSsh(second).exit).stdout.toString()).toBe('in\n');
  expect(await signIn('engineer', PASSWORD, second)).toMatchObject({ status: 401, body: { code: 'login.refused' } });
  const third = site.code('engineer');
  const client = new ApiClient(site);
  expect((await client.post('/api/v1/login', { name: 'engineer', password: PASSWORD, code: third })).status).toBe(200);
  const [target] = (await client.get('/api/v1/requestable')).body as { accounts: { id: string }[] }[];
  const [ticket] = (await client.get('/api/v1/tickets')).body as { id: string }[];
  const wanted = { ticketId: ticket?.id, targetAccountId: target?.accounts[0]?.id, columns: 80, rows: 24 };
  const again = await client.post('/api/v1/terminals', { ...wanted, code: third });
  expect(again).toMatchObject({ status: 403, body: { code: 'step-up.refused' } });
});

test('one code sent at two doors at the same moment opens one of them (B14)', async () => {
  const code = site.code('engineer');
  const [web, shell] = await Promise.all([signIn('engineer', PASSWORD, code), overSsh(code).exit]);
  expect([web.status === 200, shell.code === 0].filter(Boolean)).toHaveLength(1);
});

test('a hundred guesses a minute are answered by a Problem before they cost anything (R14, R43)', async () => {
  const answers: ApiAnswer[] = [];
  // Malformed, so that only the number of requests counts.
  for (let guess = 0; guess < 100; guess += 1) answers.push(await new ApiClient(site).post('/api/v1/login', {}));
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited.length).toBeGreaterThanOrEqual(40);
  expect(limited[0]?.body).toEqual({
    code: 'request.throttled',
    message: { zh: '请求过于频繁，请稍后再试', en: 'too many requests; please wait a moment' },
  });
});
