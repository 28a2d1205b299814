// A person at a shell behind the whole product: afterwards the auditor reads what they gave it, and no secret (R23, R42).

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KeyLogin, startWithKey } from '../support/key-login.ts';
import { Person } from './person.ts';

const PATIENT = { timeout: 20_000 };
let login: KeyLogin;

beforeAll(async () => {
  login = await startWithKey({});
});
afterAll(() => login.stop());

test('the commands of a session are those that were given, below the one that began it', async () => {
  const asked = "env LC_ALL=C.UTF-8 PS1='ready> ' HISTFILE= bash --norc --noprofile";
  const address = ['-p', String(login.site.sshPort), 'engineer@127.0.0.1'];
  const person = new Person(['-tt', '-i', login.keyFile, ...address, asked], login.folder);
  const sees = (what: RegExp) => expect.poll(() => person.look().text, PATIENT).toMatch(what);
  const type = async (text: string, until: RegExp) => {
    for (const key of text) person.type(key);
    await sees(until);
  };
  await sees(/ready> \s*$/);
  await type('echo 闸口 $((40+2))\r', /闸口 42\s+ready> \s*$/);
  await type("read -s -p 'password: ' x\r", /password: \s*$/);
  await type('correct horse\r', /password: ?\s*ready> \s*$/);
  await type('echo done\r', /done\s+ready> \s*$/);
  person.type('exit\r');
  expect((await person.leave()).code).toBe(0);

  const { services, pictures } = login.site.running;
  const [session] = await services.sessionLog.list(login.auditor, {});
  await expect
    .poll(async () => (await services.sessionLog.list(login.auditor, {}))[0]?.endedAt, PATIENT)
    .not.toBeNull();
  await pictures.settled();
  const log = await services.sessionCommands.list(login.auditor, session?.id ?? '', 0);
  expect(log.ready).toBe(true);
  expect(log.commands.map(({ text }) => text)).toEqual([
    asked,
    'echo 闸口 $((40+2))',
    "read -s -p 'password: ' x",
    null,
    'echo done',
    'exit',
  ]);
  expect(JSON.stringify(log)).not.toContain('correct horse');
  expect(await exported(session?.id ?? '')).toMatch(/echo done,(exact|high),\d+\r\n/);
  const later = await services.sessionCommands.list(login.auditor, session?.id ?? '', 3_600_000);
  expect(later.commands).toEqual([]);
});

/** The list of commands as it leaves, once the head has agreed (R22). */
async function exported(session: string): Promise<string> {
  const { site, auditor } = login;
  const { exports, recordRequests } = site.running.services;
  const wish = { format: 'commands', encoding: 'utf-8', language: 'en', reason: '复核' } as const;
  const { id } = await exports.ask(auditor, session, wish);
  const head = await site.signIn('head');
  await recordRequests.approve(head, await site.fresh(head, 'record.approve'), id);
  const { content } = await exports.download(auditor, id);
  return (await content.toArray()).join('');
}
