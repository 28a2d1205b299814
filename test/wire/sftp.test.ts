// Ordinary sftp clients through the whole product: what they do on a direct connection they do here, and every file is
// on record with its hash.

import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileRight } from '../../store/core/channel-terms.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { pscp, psftp } from '../support/putty.ts';
import { closedFiles, evidenceOf, fileOperations, lastSession, scp, sftp } from '../support/sftp-clients.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ALL: readonly FileRight[] = ['list', 'download', 'upload', 'delete'];
let site: TestInstallation;

beforeAll(async () => {
  site = await startInstallation();
});
afterAll(() => site.stop());

/** One open ticket at a time, so that its terms are the ones that count. */
async function agree(rights: readonly FileRight[], paths: readonly string[] = []): Promise<void> {
  const engineer = await site.signIn('engineer');
  const { tickets } = site.running.services;
  for (const { id } of await tickets.list(engineer, { open: true })) await tickets.withdraw(engineer, id);
  await site.approvedTicket({ files: { rights, paths } });
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const random = (file: string, bytes: number) => {
  const content = randomBytes(bytes);
  writeFileSync(file, content);
  return content;
};

test('OpenSSH sftp: everything it can do works, and is on record with hashes (R17, R37)', async () => {
  await agree(ALL);
  const [here, there] = [temporaryFolder(), temporaryFolder()];
  const content = random(join(here, 'a.bin'), 3_000_001);
  mkdirSync(join(here, 'tree/deep'), { recursive: true });
  for (const name of ['tree/one', 'tree/deep/two']) random(join(here, name), 1000);
  const { code, stdout, stderr } = await sftp(site, [
    `lcd ${here}`,
    `cd ${there}`,
    'pwd',
    'put a.bin',
    'get a.bin back.bin',
    'put -r tree',
    'get -r tree again',
    'mkdir new',
    'rename a.bin new/b.bin',
    'ln -s new/b.bin link',
    'ln new/b.bin hard',
    'chmod 600 new/b.bin',
    'ls -la',
    'df -h',
    'rm hard',
    'rm link',
    'rm new/b.bin',
    'rmdir new',
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`Remote working directory: ${there}`);
  expect(readFileSync(join(here, 'back.bin'))).toEqual(content);
  expect(readFileSync(join(here, 'again/deep/two'))).toEqual(readFileSync(join(there, 'tree/deep/two')));
  expect(readdirSync(there)).toEqual(['tree']);
  const { id } = await lastSession(site);
  const closed = await closedFiles(site, id);
  const whole = { complete: true, hashed: 'in-flight', sha256: sha256(content), size: content.length, why: null };
  expect(closed.filter(({ path }) => path === join(there, 'a.bin'))).toMatchObject([
    { ...whole, written: content.length, read: 0 },
    { ...whole, written: 0, read: content.length },
  ]);
  expect(closed.map(({ hashed }) => hashed)).toEqual(closed.map(() => 'in-flight'));
  const changed = (await evidenceOf(site, id)).filter(({ type }) => type === 'file.changed');
  expect(changed.map(({ details }) => [details.op, details.code])).toEqual([
    ['mkdir', 0],
    ['mkdir', 0],
    ['setstat', 0],
    ['setstat', 0],
    ['mkdir', 0],
    ['posix-rename', 0],
    ['symlink', 0],
    ['hardlink', 0],
    ['setstat', 0],
    ['remove', 0],
    ['remove', 0],
    ['remove', 0],
    ['rmdir', 0],
  ]);
});

test('an upload or download that is resumed says so, and its hash is the one of the whole or of the part (R17)', async () => {
  await agree(ALL);
  const [here, there] = [temporaryFolder(), temporaryFolder()];
  const content = random(join(here, 'a.bin'), 2_000_000);
  writeFileSync(join(there, 'a.bin'), content.subarray(0, 700_000));
  writeFileSync(join(there, 'b.bin'), content);
  writeFileSync(join(here, 'b.bin'), content.subarray(0, 500_000));
  const { code } = await sftp(site, [`lcd ${here}`, `cd ${there}`, 'reput a.bin', 'reget b.bin']);
  expect(code).toBe(0);
  expect(readFileSync(join(there, 'a.bin'))).toEqual(content);
  expect(readFileSync(join(here, 'b.bin'))).toEqual(content);
  const closed = await closedFiles(site, (await lastSession(site)).id);
  expect(closed.find(({ path }) => path === join(there, 'a.bin'))).toMatchObject({
    hashed: 'read-back',
    sha256: sha256(content),
    why: 'appended',
    written: 1_300_000,
    size: 2_000_000,
  });
  expect(closed.find(({ path }) => path === join(there, 'b.bin'))).toMatchObject({
    hashed: 'partial',
    sha256: sha256(content.subarray(500_000)),
    from: 500_000,
    bytes: 1_500_000,
    why: 'part',
  });
});

test('scp over sftp: both ways, a folder, and over a longer file (R17)', async () => {
  await agree(ALL);
  const [here, there] = [temporaryFolder(), temporaryFolder()];
  const content = random(join(here, 'a.bin'), 400_000);
  mkdirSync(join(here, 'tree'));
  random(join(here, 'tree/x'), 10);
  writeFileSync(join(there, 'a.bin'), Buffer.alloc(900_000, 1));
  expect((await scp(site, [join(here, 'a.bin'), `:${there}/a.bin`])).code).toBe(0);
  expect(readFileSync(join(there, 'a.bin'))).toEqual(content);
  expect(await closedFiles(site, (await lastSession(site)).id)).toMatchObject([
    { hashed: 'in-flight', sha256: sha256(content), size: content.length, written: content.length },
  ]);
  expect((await scp(site, ['-rp', join(here, 'tree'), `:${there}`])).code).toBe(0);
  expect((await scp(site, [`:${there}/a.bin`, join(here, 'back')])).code).toBe(0);
  expect(readFileSync(join(here, 'back'))).toEqual(content);
});

test('names in Chinese and in GB18030 come back byte for byte, and stay bytes in the record (B9)', async () => {
  await agree(ALL);
  const there = temporaryFolder();
  const names = [
    Buffer.from('清单 2026.txt'),
    Buffer.from([0xc7, 0xe5, 0xb5, 0xa5, 0x2e, 0x74]),
    Buffer.from('\u202eevil\x1b[2J'),
  ];
  for (const name of names) writeFileSync(Buffer.concat([Buffer.from(`${there}/`), name]), name);
  const quoted = names.map((name) => Buffer.concat([Buffer.from(`get "${there}/`), name, Buffer.from('" /dev/null')]));
  const { code } = await sftp(site, quoted);
  expect(code).toBe(0);
  const closed = await closedFiles(site, (await lastSession(site)).id);
  expect(closed.map(({ path }) => path)).toEqual([
    `${there}/清单 2026.txt`,
    { base64: Buffer.concat([Buffer.from(`${there}/`), names[1] ?? Buffer.alloc(0)]).toString('base64') },
    `${there}/\u202eevil\x1b[2J`,
  ]);
  expect(closed.map(({ sha256 }) => sha256)).toEqual(names.map(sha256));
});

test.each([
  { rights: ['download'], refused: ['right.upload', 'right.upload', 'right.delete', 'right.list'] },
  { rights: ['upload', 'list'], refused: ['right.download', 'right.delete'] },
] as const)(
  'a ticket for $rights refuses the rest, on record, and the connection lives on (R2, R27)',
  async (terms) => {
    await agree(terms.rights);
    const [here, there] = [temporaryFolder(), temporaryFolder()];
    const content = random(join(here, 'a.bin'), 1000);
    writeFileSync(join(there, 'old.bin'), content);
    const { code, stdout } = await sftp(site, [
      `lcd ${here}`,
      `cd ${there}`,
      '-put a.bin',
      '-mkdir sub',
      '-get old.bin',
      '-rm old.bin',
      '-ls',
      'pwd',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('Remote working directory');
    const may = (right: FileRight) => (terms.rights as readonly FileRight[]).includes(right);
    expect(existsSync(join(there, 'a.bin'))).toBe(may('upload'));
    expect(existsSync(join(there, 'sub'))).toBe(may('upload'));
    expect(existsSync(join(there, 'old.bin'))).toBe(true);
    expect(existsSync(join(here, 'old.bin'))).toBe(may('download'));
    const { id } = await lastSession(site);
    const refused = (await evidenceOf(site, id)).filter(({ type }) => type === 'file.refused');
    expect(refused.map(({ details }) => details.why)).toEqual(terms.refused);
    expect(refused.map(({ details }) => details.code)).toEqual(refused.map(() => 3));
  },
);

test('within the folders of a ticket ordinary clients work, links in the folder’s own path included (R2)', async () => {
  const [here, root] = [temporaryFolder(), temporaryFolder()];
  mkdirSync(join(root, 'real/app'), { recursive: true });
  symlinkSync(join(root, 'real'), join(root, 'current'));
  await agree(ALL, [join(root, 'current/app')]);
  const content = random(join(here, 'a.bin'), 100_000);
  const app = join(root, 'current/app');
  const { code, stderr } = await sftp(site, [
    `lcd ${here}`,
    `put a.bin ${app}/a.bin`,
    `cd ${app}`,
    'pwd',
    'mkdir sub',
    'put a.bin sub/',
    'ls -la sub',
    'ln -s sub/a.bin link',
    'get link back.bin',
    'rename sub/a.bin b.bin',
    'rm link',
    'rmdir sub',
    'df',
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(readFileSync(join(here, 'back.bin'))).toEqual(content);
  expect(readdirSync(join(root, 'real/app')).sort()).toEqual(['a.bin', 'b.bin']);
  expect((await scp(site, ['-r', `:${app}`, here])).code).toBe(0);
  expect(readFileSync(join(here, 'app/b.bin'))).toEqual(content);
  const operations = await fileOperations(site, (await lastSession(site)).id);
  expect(operations.find(({ what, op }) => what === 'asked' && op === 'open')).toMatchObject({
    resolved: join(root, 'real/app/a.bin'),
  });
});

test('nothing leads out of the folders of a ticket: .., links, renames, hard links (B19)', async () => {
  const [here, root] = [temporaryFolder(), temporaryFolder()];
  const inside = join(root, 'inside');
  mkdirSync(join(inside, 'sub'), { recursive: true });
  mkdirSync(join(root, 'outside'));
  mkdirSync(join(root, 'insideout'));
  for (const file of ['outside/secret', 'insideout/secret', 'inside/own']) writeFileSync(join(root, file), 'content');
  symlinkSync('../outside', join(inside, 'way'));
  symlinkSync('../outside/fresh', join(inside, 'dangling'));
  random(join(here, 'a.bin'), 10);
  await agree(ALL, [inside]);
  const attempts = [
    `get ${root}/outside/secret`,
    `get ${inside}/../outside/secret`,
    `get ${inside}/way/secret`,
    `get ${root}/insideout/secret`,
    `put a.bin ${root}/outside/a`,
    `put a.bin ${inside}/../outside/a`,
    `put a.bin ${inside}/way/a`,
    `put a.bin ${inside}/dangling`,
    `mkdir ${inside}/way/made`,
    `rename ${root}/outside/secret ${inside}/taken`,
    `rename ${inside}/own ${root}/outside/given`,
    `rename ${inside}/way/secret ${inside}/taken`,
    `ln ${root}/outside/secret ${inside}/hard`,
    `ln ${inside}/own ${inside}/way/hard`,
    `ln -s ${root}/outside ${inside}/soft`,
    `ln -s ../outside ${inside}/soft`,
    `ln -s nothing/../../outside ${inside}/soft`,
    `ln -s ../../outside ${inside}/sub/soft`,
    `rm ${inside}/way/secret`,
    `rmdir ${root}/outside`,
    `chmod 777 ${root}/outside/secret`,
    `chmod 777 ${inside}/way/secret`,
    `ls ${root}`,
    `ls ${inside}/..`,
    `ls ${inside}/way/.`,
  ];
  const mode = statSync(join(root, 'outside/secret')).mode;
  // A folder made before each says in the evidence which attempt a refusal belongs to.
  const lines = attempts.flatMap((attempt, nth) => [`mkdir ${inside}/${nth}`, `-${attempt}`]);
  expect((await sftp(site, [`lcd ${here}`, ...lines, 'pwd'])).code).toBe(0);
  const refused = attempts.map(() => new Set());
  let nth = -1;
  for (const { type, details } of await evidenceOf(site, (await lastSession(site)).id)) {
    if (type === 'file.changed' && details.op === 'mkdir') nth += 1;
    if (type === 'file.refused') refused[nth]?.add(details.why);
  }
  expect(attempts.map((attempt, at) => [attempt, ...(refused[at] ?? [])])).toEqual(
    attempts.map((attempt) => [attempt, 'path.outside']),
  );
  expect(readdirSync(join(root, 'outside'))).toEqual(['secret']);
  const left = readdirSync(inside).filter((name) => !/^\d+$/.test(name));
  expect(left.sort()).toEqual(['dangling', 'own', 'sub', 'way']);
  expect(readdirSync(join(inside, 'sub'))).toEqual([]);
  expect(readdirSync(here)).toEqual(['a.bin']);
  expect(statSync(join(root, 'outside/secret')).mode).toBe(mode);
});

test('PuTTY psftp and pscp work, and end when they are done (R37)', async () => {
  await agree(ALL);
  const [here, there] = [temporaryFolder(), temporaryFolder()];
  const content = random(join(here, 'a.bin'), 1_000_000);
  const commands = [
    `lcd ${here}`,
    `cd ${there}`,
    'put a.bin',
    'ren a.bin b.bin',
    'get b.bin c.bin',
    'dir',
    'mkdir d',
    'rmdir d',
  ];
  const { code, stdout } = await psftp(site, commands);
  expect(code, stdout).toBe(0);
  expect(readFileSync(join(here, 'c.bin'))).toEqual(content);
  expect((await closedFiles(site, (await lastSession(site)).id)).map(({ sha256 }) => sha256)).toEqual([
    sha256(content),
    sha256(content),
  ]);
  const copied = await pscp(site, [`:${there}/b.bin`, join(here, 'd.bin')]);
  expect(copied.code, copied.stdout).toBe(0);
  expect(readFileSync(join(here, 'd.bin'))).toEqual(content);
});

test('scp -O: files and folders are on record with hashes, both ways, refused ones as such (R17)', async () => {
  await agree(ALL);
  const [here, there] = [temporaryFolder(), temporaryFolder()];
  const content = random(join(here, 'a.bin'), 300_000);
  mkdirSync(join(here, 'tree/deep'), { recursive: true });
  writeFileSync(join(here, 'tree/deep/empty'), '');
  expect((await scp(site, ['-O', '-rp', join(here, 'a.bin'), join(here, 'tree'), `:${there}`])).code).toBe(0);
  expect(readFileSync(join(there, 'a.bin'))).toEqual(content);
  const up = (await lastSession(site)).id;
  expect(await closedFiles(site, up)).toMatchObject([
    { path: 'a.bin', complete: true, written: 300_000, hashed: 'in-flight', sha256: sha256(content) },
    { path: 'tree/deep/empty', complete: true, written: 0, sha256: sha256(Buffer.alloc(0)) },
  ]);
  const made = (await evidenceOf(site, up)).filter(({ type }) => type === 'file.changed');
  expect(made.map(({ details }) => [details.op, details.path])).toEqual([
    ['mkdir', 'tree'],
    ['mkdir', 'tree/deep'],
  ]);
  expect((await scp(site, ['-O', `:${there}/a.bin`, join(here, 'back')])).code).toBe(0);
  expect(readFileSync(join(here, 'back'))).toEqual(content);
  const down = (await lastSession(site)).id;
  expect(await closedFiles(site, down)).toMatchObject([{ path: 'a.bin', read: 300_000, sha256: sha256(content) }]);
  const operations = await fileOperations(site, down);
  expect(operations.map(({ what, op }) => op ?? what)).toEqual(['scp-send', 'answered', 'moved', 'closed']);
  expect((await scp(site, ['-O', join(here, 'a.bin'), `:${there}/none/a.bin`])).code).toBe(1);
  expect(await closedFiles(site, (await lastSession(site)).id)).toEqual([]);
});

test('PuTTY pscp in its old way is on record as well (R37)', async () => {
  await agree(ALL);
  const [here, there] = [temporaryFolder(), temporaryFolder()];
  const content = random(join(here, 'a.bin'), 100_000);
  const { code, stdout } = await pscp(site, [join(here, 'a.bin'), `:${there}/`], '-scp');
  expect(code, stdout).toBe(0);
  expect(await closedFiles(site, (await lastSession(site)).id)).toMatchObject([
    { path: 'a.bin', written: 100_000, sha256: sha256(content) },
  ]);
});
