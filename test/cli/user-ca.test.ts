// `sluice user-ca` as a person runs it: lines that go into a file as they are, and three steps from one key to the next.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT } from '../../bastion/cli/usage.ts';
import { command } from '../support/command-line.ts';
import { FOUNDERS } from '../support/founders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function folder(): Promise<string> {
  const data = join(temporaryFolder(), 'data');
  const made = await command('init', '--data', data, ...FOUNDERS);
  expect(made.code, made.stderr).toBe(0);
  return data;
}

const fingerprints = (text: string) =>
  execFileSync('ssh-keygen', ['-l', '-f', '-'], { input: text, encoding: 'utf8' }).trim().split('\n');

test('the line alone is printed, and OpenSSH reads it; printing changes nothing', async () => {
  const data = await folder();
  const { code, stdout, stderr } = await command('user-ca', '--data', data);
  expect([code, stderr]).toEqual([EXIT.ok, '']);
  expect(stdout).toMatch(/^ssh-ed25519 \S+ sluice-user-ca-\d{4}-\d\d-\d\d\n$/);
  expect(fingerprints(stdout)).toEqual([expect.stringMatching(/^256 SHA256:\S+ sluice-user-ca-\S+ \(ED25519\)$/)]);
  expect((await command('user-ca', '--data', data)).stdout).toBe(stdout);
});

test('the key is replaced in three steps; what comes next is said beside the lines (R14)', async () => {
  const data = await folder();
  const step = (...words: string[]) => command('user-ca', ...words, '--data', data);
  const first = (await step()).stdout;
  const prepared = await step('prepare');
  expect(prepared.stderr).toContain('user-ca switch');
  expect(fingerprints(prepared.stdout)).toHaveLength(2);
  expect(prepared.stdout.startsWith(first)).toBe(true);
  const switched = await step('switch');
  expect(switched.stderr).toContain('user-ca retire');
  expect(switched.stdout.endsWith(first)).toBe(true);
  const { stdout } = await step('retire');
  expect(`${stdout}${first}`).toBe(switched.stdout);
});

test('a step out of its turn is refused, in both languages; so is a word that is none', async () => {
  const data = await folder();
  for (const [word, code, words] of [
    ['switch', EXIT.refused, ['no new key is prepared', '没有备好的新密钥']],
    ['retire', EXIT.refused, ['no key was replaced', '没有已被替换的旧密钥']],
    ['rotate', EXIT.usage, ['expected ./sluice user-ca', '应为 user-ca']],
  ] as const) {
    const ended = await command('user-ca', word, '--data', data);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    for (const each of words) expect(ended.stderr).toContain(each);
  }
  const absent = await command('user-ca', '--data', join(temporaryFolder(), 'none'));
  expect(absent.code).toBe(EXIT.unavailable);
});
