// tmux, vim and top drawn through the whole product, beside the same typed on a direct connection: what the person's
// terminal gets is what the recording holds, byte for byte, and shows what the direct one shows.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadKeys } from '../../bastion/cli/data-folder.ts';
import { readRecording } from '../../recordings/read/read-recording.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { type KeyLogin, startWithKey } from '../support/key-login.ts';
import { Person } from './person.ts';

/** For what comes soon, on a machine that may be busy. */
const PATIENT = { timeout: 20_000 };
let login: KeyLogin;
/** Something for top to look at that does not change. */
const still = spawn('/bin/sleep', ['100000'], { stdio: 'ignore' });

beforeAll(async () => {
  login = await startWithKey({});
});
afterAll(async () => {
  still.kill();
  await login.stop();
});

/** The same command and keys twice: directly, and through the gateway. Rows above `from` may change by themselves. */
async function sideBySide(
  command: (folder: string) => string,
  steps: readonly { readonly type: string; readonly until: RegExp }[],
  leave: string,
  from = 0,
) {
  const { sshd, sshPort } = login.site;
  const [there, through] = [folderFor(`${command.name}-direct`), folderFor(`${command.name}-through`)];
  const at = (key: string, port: number, name: string, run: string) =>
    new Person(['-i', key, '-p', String(port), `${name}@127.0.0.1`, run], login.folder);
  const direct = at(sshd.privateKeyFile, sshd.port, sshd.login, command(there));
  const ours = at(login.keyFile, sshPort, 'engineer', command(through));
  // The whole screen is printed where it is not the same.
  const alike = () => isDeepStrictEqual(ours.look(from), direct.look(from)) || ours.look(from).text;
  for (const { type, until } of steps) {
    for (const person of [direct, ours]) person.type(type);
    for (const person of [direct, ours]) await expect.poll(() => person.look().text, PATIENT).toMatch(until);
    await expect.poll(alike, PATIENT).toBe(true);
  }
  for (const person of [direct, ours]) person.type(leave);
  const [expected, got] = await Promise.all([direct.leave(), ours.leave()]);
  expect(got.code).toBe(expected.code);
  await expect.poll(alike, PATIENT).toBe(true);
  return { got, folders: [there, through] as const };
}

function folderFor(name: string): string {
  const folder = join(login.folder, name);
  mkdirSync(folder);
  const lines = Array.from({ length: 60 }, (_, row) => `第${row}行 line ${row}\n`);
  writeFileSync(join(folder, 'list.txt'), lines.join(''));
  return folder;
}

/** Both tracks of the newest session, once it has ended. */
async function recorded() {
  const { sessionLog } = login.site.running.services;
  const newest = async () => (await sessionLog.list(login.auditor, {}))[0];
  await expect.poll(async () => (await newest())?.endedAt ?? null).not.toBeNull();
  const key = loadKeys(login.site.folder).records;
  const bytes = { output: [] as Buffer[], 'error-output': [] as Buffer[], input: [] as Buffer[] };
  const directory = join(login.site.folder.recordings, (await newest())?.id ?? '');
  for await (const event of readRecording(directory, (header) => unwrapTrackKey(key, header))) {
    if ('bytes' in event) bytes[event.kind].push(event.bytes);
  }
  return { screen: Buffer.concat([...bytes.output, ...bytes['error-output']]), keys: Buffer.concat(bytes.input) };
}

const TMUX = `
set -g status off
set -g default-command "env PS1='$ ' HISTFILE= /bin/bash --norc --noprofile"
`;

test('tmux and vim in it: the person’s bytes are the recording’s, their screen is the direct one’s (R17, R37)', async () => {
  const settings = join(login.folder, 'tmux.conf');
  writeFileSync(settings, TMUX);
  const tmux = (folder: string) =>
    `cd ${folder} && LANG=C.UTF-8 exec tmux -L ${folder.replaceAll('/', '-')} -f ${settings} new-session`;
  const steps = [
    { type: '', until: /^\$/ },
    { type: 'echo $((20+3)) 闸口\r', until: /23 闸口/ },
    { type: 'vim -u NONE -N -i NONE -n list.txt\r', until: /list\.txt" 60/ },
    { type: '5Goinserted 维护\x1b', until: /inserted 维护/ },
    { type: ':syntax off | set number hlsearch\r/line 1\r', until: /12 第/ },
    { type: '\x06:split\r\x17j:2,3d\r', until: /list\.txt \[\+\][\s\S]*list\.txt \[\+\]/ },
    { type: ':wq\r:q!\r', until: /\$ / },
    { type: '\x02%', until: /│/ },
    { type: 'seq 1 200 | tail -30\r', until: /│200/ },
    { type: 'exit\r', until: /^[^│]*$/ },
  ];
  const { got, folders } = await sideBySide(tmux, steps, 'exit\r');
  const { screen, keys } = await recorded();
  expect(screen.equals(got.drawn)).toBe(true);
  expect(keys.toString()).toBe(got.typed);
  const [direct, through] = folders.map((folder) => readFileSync(join(folder, 'list.txt'), 'utf8'));
  expect(through).toBe(direct);
  expect(through).toContain('inserted 维护\n');
});

test('top: the person’s bytes are the recording’s, their screen is the direct one’s (R17, R37)', async () => {
  const top = (folder: string) => `cd ${folder} && HOME=${folder} LANG=C.UTF-8 exec top -d 100 -p ${still.pid}`;
  const steps = [
    { type: '', until: /PID USER/ },
    { type: 'c', until: /sleep 100000/ },
    { type: 'f', until: /Fields Management/ },
    { type: 'q', until: /sleep 100000/ },
  ];
  const { got } = await sideBySide(top, steps, 'q', 6);
  const { screen, keys } = await recorded();
  expect(screen.equals(got.drawn)).toBe(true);
  expect(keys.toString()).toBe(got.typed);
});
