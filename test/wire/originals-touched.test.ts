// Whatever sftp changes is in evidence first, declared or not: real clients, a real sshd.

import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { evidenceSize } from '../support/evidence.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { listedItems, storedBytes } from '../support/originals.ts';
import { evidenceOf, lastSession, sftp } from '../support/sftp-clients.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let site: TestInstallation;
let here = '';
let there = '';

beforeAll(async () => {
  site = await startInstallation({ 'originals.fileMiB': 1 });
  await site.approvedTicket({
    files: { rights: ['list', 'download', 'upload', 'delete'], paths: [] },
    windowMs: 86_400_000,
  });
});
afterAll(() => site.stop());
beforeEach(() => {
  [here, there] = [temporaryFolder(), temporaryFolder()];
});

/** What was in evidence of each path, after these lines: what was about to be done, what it was, its content's hash. */
async function touched(...lines: string[]) {
  const before = await evidenceSize(site);
  const run = await sftp(site, [`lcd ${here}`, `cd ${there}`, ...lines]);
  await lastSession(site);
  const items = await listedItems(site, before);
  const found = items.map(({ path, op, type, sha256 }) => [String(path).slice(there.length + 1), op, type, sha256]);
  return { ...run, found, items };
}

test('what is overwritten, cut short, removed or renamed over is in evidence with its bytes (R3)', async () => {
  const old = Object.fromEntries(['put', 'append', 'rm', 'over', 'moved'].map((name) => [name, randomBytes(70_000)]));
  for (const [name, content] of Object.entries(old)) writeFileSync(join(there, name), content);
  writeFileSync(join(here, 'new'), 'new');
  writeFileSync(join(here, 'longer'), Buffer.concat([old.append ?? Buffer.alloc(0), Buffer.from('more')]));
  const { code, stderr, found } = await touched(
    'put new put',
    'reput longer append',
    'rm rm',
    'rename moved over',
    'put new fresh',
    'mkdir made',
    'ln -s fresh link',
    'rmdir made',
  );
  expect([code, stderr]).toEqual([0, '']);
  const of = (name: string) => sha256(old[name] ?? Buffer.alloc(0));
  expect(found).toEqual([
    ['put', 'open', 'file', of('put')],
    ['append', 'open', 'file', of('append')],
    ['rm', 'remove', 'file', of('rm')],
    ['moved', 'posix-rename', 'file', null],
    ['over', 'posix-rename', 'file', of('over')],
    ['fresh', 'open', 'absent', null],
    ['made', 'mkdir', 'absent', null],
    ['link', 'symlink', 'absent', null],
  ]);
  expect(await storedBytes(site, of('over'))).toEqual(old.over);
  expect(readFileSync(join(there, 'over'))).toEqual(old.moved);
});

test('an original that was moved and is overwritten under its new name is in evidence all the same (R3)', async () => {
  const content = randomBytes(1000);
  for (const name of ['a', 'linked']) writeFileSync(join(there, name), content);
  writeFileSync(join(here, 'new'), 'new');
  const moved = await touched('put new b', 'rm b', 'rename a b', 'put new b');
  expect(moved.code).toBe(0);
  expect(moved.found).toContainEqual(['b', 'open', 'absent', null]);
  expect(moved.found.at(-1)).toEqual(['b', 'open', 'file', sha256(content)]);
  const alias = await touched('put new c', 'rm c', 'ln linked c', 'put new c');
  expect(alias.found.at(-1)).toEqual(['c', 'open', 'file', sha256(content)]);
});

test('through a hard link or a symbolic one it is the file itself that is kept (R3)', async () => {
  const content = randomBytes(1000);
  writeFileSync(join(there, 'real'), content);
  linkSync(join(there, 'real'), join(there, 'hard'));
  writeFileSync(join(here, 'new'), 'new');
  const { found } = await touched('ln -s real soft', 'put new soft', 'put new hard');
  expect(found).toContainEqual(['real', 'open', 'file', sha256(content)]);
  expect(found).toContainEqual(['hard', 'open', 'file', sha256(Buffer.from('new'))]);
});

test('rights that change are noted with what they were (R3)', async () => {
  writeFileSync(join(there, 'a'), 'a');
  chmodSync(join(there, 'a'), 0o640);
  const { items } = await touched('chmod 777 a');
  expect(items).toMatchObject([{ op: 'setstat', type: 'file', mode: 0o640, sha256: null }]);
});

test('what cannot be copied is not changed: the client reads why, and the session goes on (R3)', async () => {
  writeFileSync(join(there, 'large'), Buffer.alloc(1024 * 1024 + 1));
  writeFileSync(join(there, 'small'), 'small');
  const { code, stderr, found } = await touched('-rm large', 'rm small');
  expect(code).toBe(0);
  expect(stderr).toContain('the original could not be copied into evidence first, so this was not done');
  expect(stderr).toContain('larger than what may be copied');
  expect(existsSync(join(there, 'large'))).toBe(true);
  expect(existsSync(join(there, 'small'))).toBe(false);
  expect(found).toEqual([['small', 'remove', 'file', sha256(Buffer.from('small'))]]);
  const refused = (await evidenceOf(site, (await lastSession(site)).id)).filter(({ type }) => type === 'file.refused');
  expect(refused).toMatchObject([{ details: { op: 'remove', why: 'original.not-kept' } }]);
});

test('a store that takes nothing lets nothing be changed (R3, B11)', async () => {
  writeFileSync(join(there, 'a'), 'as it was');
  rmSync(site.folder.files, { recursive: true, force: true });
  writeFileSync(site.folder.files, 'in the way');
  try {
    const { stderr } = await touched('-rm a');
    expect(stderr).toContain('the store of evidence could not take the copy');
    expect(readFileSync(join(there, 'a'), 'utf8')).toBe('as it was');
  } finally {
    rmSync(site.folder.files);
    mkdirSync(site.folder.files);
  }
});
