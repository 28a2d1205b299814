// A person at a real shell behind the whole product: what they see themselves type is on the screen track as it was
// typed, and what they type where nothing is drawn is there as a number of keys only.

import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadKeys } from '../../bastion/cli/data-folder.ts';
import { readTrack } from '../../recordings/read/read-track.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { type KeyLogin, startWithKey } from '../support/key-login.ts';
import { Person } from './person.ts';

const PATIENT = { timeout: 20_000 };
let login: KeyLogin;

beforeAll(async () => {
  login = await startWithKey({});
});
afterAll(() => login.stop());

/** The lines of the newest session's screen track, and all of that track's output. */
async function screenOf() {
  const { sessionLog } = login.site.running.services;
  const newest = async () => (await sessionLog.list(login.auditor, {}))[0];
  await expect.poll(async () => (await newest())?.endedAt ?? null, PATIENT).not.toBeNull();
  const key = loadKeys(login.site.folder).records;
  const file = join(login.site.folder.recordings, (await newest())?.id ?? '', 'screen.track');
  const typed: { line: string | number; before: string }[] = [];
  let output = '';
  for await (const event of readTrack(file, (header) => unwrapTrackKey(key, header))) {
    if (event.kind === 'output') output += event.bytes.toString('latin1');
    if (event.kind === 'typed') {
      const before = output.slice(0, event.after).slice(-20);
      typed.push({ line: event.text?.toString('utf8') ?? event.keys, before });
    }
  }
  return { typed, output };
}

test('what a person sees themselves type is in clear, a password is a number of keys (R42)', async () => {
  const { sshPort } = login.site;
  const person = new Person(
    [
      '-tt',
      '-i',
      login.keyFile,
      '-p',
      String(sshPort),
      'engineer@127.0.0.1',
      "env LC_ALL=C.UTF-8 PS1='ready> ' HISTFILE= bash --norc --noprofile",
    ],
    login.folder,
  );
  const sees = (what: RegExp) => expect.poll(() => person.look().text, PATIENT).toMatch(what);
  const type = async (text: string, until: RegExp) => {
    for (const key of text) person.type(key);
    await sees(until);
  };
  await sees(/ready>\s*$/);
  await type('echo 闸口 $((40+2))\r', /闸口 42\s+ready>\s*$/);
  await type("read -s -p 'password: ' x\r", /password:\s*$/);
  person.type('correct horse');
  person.type('\r');
  await sees(/password:\s*ready>\s*$/);
  await type('expr length "$x"\r', /13\s+ready>\s*$/);
  person.type('exit\r');
  expect((await person.leave()).code).toBe(0);

  const { typed, output } = await screenOf();
  expect(typed.map(({ line }) => line)).toEqual([
    'echo 闸口 $((40+2))\r',
    "read -s -p 'password: ' x\r",
    14,
    'expr length "$x"\r',
    'exit\r',
  ]);
  expect(typed.map(({ before }) => before.endsWith(' '))).toEqual([true, true, true, true, true]);
  expect(typed[2]?.before).toMatch(/password: $/);
  expect(output).not.toContain('correct horse');
});
