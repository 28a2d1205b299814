// Where a ticket declares changes, nothing of a session passes before the originals are in evidence: a real sshd, a real
// client, the whole product between them.

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { manifestHash } from '../../approvals/originals/manifest.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { startInstallation, type TestInstallation, type TicketOptions } from '../support/installation.ts';
import { command, listedItems, storedBytes } from '../support/originals.ts';
import { lastSession, sftp } from '../support/sftp-clients.ts';
import { startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** One open ticket at a time, so that its terms are the ones that count. */
async function agree(site: TestInstallation, options: TicketOptions) {
  const engineer = await site.signIn('engineer');
  const { tickets } = site.running.services;
  for (const { id } of await tickets.list(engineer, { open: true })) await tickets.withdraw(engineer, id);
  return site.approvedTicket(options);
}

describe('originals before the channel opens', () => {
  let site: TestInstallation;
  let app = '';
  beforeAll(async () => {
    site = await startInstallation({
      'originals.files': 60,
      'originals.totalMiB': 4,
      'originals.fileMiB': 2,
    });
  });
  afterAll(() => site.stop());
  beforeEach(() => {
    app = join(temporaryFolder(), 'app');
    mkdirSync(join(app, 'conf'), { recursive: true });
    writeFileSync(join(app, 'conf/开标.ini'), '端口=8080\n', { mode: 0o640 });
    writeFileSync(join(app, 'lib.bin'), randomBytes(1_500_000));
    writeFileSync(join(app, 'empty'), '');
    symlinkSync('/etc/passwd', join(app, 'out'));
    execFileSync('mkfifo', [join(app, 'pipe')]);
  });

  test('a declared tree is in evidence, byte for byte and with its hashes, before a command changes it (R3)', async () => {
    const before = await evidenceSize(site);
    const content = readFileSync(join(app, 'lib.bin'));
    const ticket = await agree(site, { changes: [app, join(app, 'new.txt')] });
    const run = await command(site, `echo changed > ${app}/lib.bin; rm ${app}/empty`, { LANG: 'zh_CN.UTF-8' });
    expect([run.code, run.stdout]).toEqual([0, '']);
    expect(run.stderr).toContain('正在先把原件备份为证据');
    expect(run.stderr).toContain('原件已备份：3 个文件，1.4 MiB');
    expect(readFileSync(join(app, 'lib.bin'), 'utf8')).toBe('changed\n');
    const items = await listedItems(site, before);
    expect(items.map(({ path, type, sha256 }) => [path, type, sha256 !== null])).toEqual([
      [app, 'folder', false],
      [join(app, 'conf'), 'folder', false],
      [join(app, 'empty'), 'file', true],
      [join(app, 'lib.bin'), 'file', true],
      [join(app, 'out'), 'link', false],
      [join(app, 'pipe'), 'special', false],
      [join(app, 'conf/开标.ini'), 'file', true],
      [join(app, 'new.txt'), 'absent', false],
    ]);
    expect(items.find(({ path }) => path === join(app, 'lib.bin'))).toMatchObject({
      size: content.length,
      sha256: sha256(content),
    });
    expect(items.find(({ path }) => path === join(app, 'out'))?.link).toBe('/etc/passwd');
    const ini = items.find(({ path }) => path === join(app, 'conf/开标.ini'));
    expect(ini).toMatchObject({ mode: 0o640, size: 12 });
    expect(await storedBytes(site, sha256(content))).toEqual(content);
    expect((await storedBytes(site, ini?.sha256 ?? '')).toString()).toBe('端口=8080\n');
    await lastSession(site);
    const events = await evidence(site, before);
    const copied = events.find(({ type }) => type === 'originals.copied');
    expect(copied?.details).toMatchObject({
      ticket: ticket.id,
      declared: [app, join(app, 'new.txt')],
      items: 8,
      bytes: content.length + 12,
      sha256: manifestHash(items),
    });
    const order = events.map(({ type }) => type).filter((type) => /^(session|originals|credential)\./.test(type));
    expect(order).toEqual([
      'session.opened',
      'credential.released',
      'originals.listed',
      'originals.copied',
      'session.ended',
    ]);
  });

  test('a second session of the window opens on them, and says so (R3)', async () => {
    await agree(site, { changes: [app] });
    await command(site, `echo one > ${app}/empty`);
    const before = await evidenceSize(site);
    const again = await command(site, `cat ${app}/empty`, { LANG: 'en' });
    expect([again.stdout, again.stderr]).toEqual(['one\n', '']);
    const types = (await evidence(site, before)).map(({ type }) => type);
    expect(types).toContain('originals.relied-on');
    expect(types).not.toContain('originals.listed');
  });

  test('where the ticket declares nothing, nothing is copied and nothing is said (R3)', async () => {
    await agree(site, {});
    const before = await evidenceSize(site);
    expect(await command(site, `cat ${app}/conf/开标.ini`)).toEqual({ code: 0, stdout: '端口=8080\n', stderr: '' });
    expect((await evidence(site, before)).filter(({ type }) => type.startsWith('originals.'))).toEqual([]);
  });

  test('a declared link is followed once, to where it leads, and says so (R3)', async () => {
    symlinkSync(join(app, 'conf'), join(app, 'current'));
    const before = await evidenceSize(site);
    await agree(site, { changes: [join(app, 'current')] });
    expect((await command(site, 'true')).code).toBe(0);
    expect((await listedItems(site, before)).map(({ path, type, link }) => [path, type, link])).toEqual([
      [join(app, 'current'), 'link', join(app, 'conf')],
      [join(app, 'conf'), 'folder', null],
      [join(app, 'conf/开标.ini'), 'file', null],
    ]);
  });

  test.each([
    [
      'one file is too large',
      () => writeFileSync(join(app, 'big'), Buffer.alloc(2 * 1024 * 1024 + 1)),
      'too-large',
      'big',
    ],
    [
      'all of it is too much',
      () => {
        for (const name of ['a', 'b']) writeFileSync(join(app, name), Buffer.alloc(1_900_000));
      },
      'too-much',
      '',
    ],
    [
      'there are too many files',
      () => {
        for (let n = 0; n < 60; n += 1) writeFileSync(join(app, `f${n}`), '');
      },
      'too-many',
      '',
    ],
    [
      'a sparse file states a size beyond everything',
      () => execFileSync('truncate', ['-s', '8T', join(app, 'vast')]),
      'too-large',
      'vast',
    ],
  ])('%s: no channel, and the person reads which and why (R3)', async (_what, make, why, name) => {
    make();
    await agree(site, { changes: [app] });
    const before = await evidenceSize(site);
    const run = await command(site, `rm -r ${app}/conf`, { LANG: 'en' });
    expect([run.code, run.stdout]).toEqual([73, '']);
    expect(run.stderr).toContain('the channel did not open and nothing was changed');
    expect(run.stderr).toContain(join(app, name));
    expect(readFileSync(join(app, 'conf/开标.ini'), 'utf8')).toBe('端口=8080\n');
    await lastSession(site);
    const events = await evidence(site, before);
    expect(events.find(({ type }) => type === 'originals.not-copied')?.details).toMatchObject({ why, without: null });
    expect(events.find(({ type }) => type === 'session.ended')?.details).toMatchObject({
      reason: 'originals-not-copied',
    });
  });

  test('sftp waits for the originals as well (R3)', async () => {
    await agree(site, { files: { rights: ['list', 'upload'], paths: [] }, changes: [app] });
    const here = temporaryFolder();
    writeFileSync(join(here, 'lib.bin'), 'new');
    const content = readFileSync(join(app, 'lib.bin'));
    const { code, stderr } = await sftp(site, [`put ${here}/lib.bin ${app}/lib.bin`]);
    expect(code).toBe(0);
    expect(stderr).toContain('原件已备份');
    expect(await storedBytes(site, sha256(content))).toEqual(content);
    expect((await lastSession(site)).kind).toBe('sftp');
  });

  test('a store that cannot take the copy opens no channel (R3, B11)', async () => {
    rmSync(site.folder.files, { recursive: true, force: true });
    writeFileSync(site.folder.files, 'in the way');
    try {
      await agree(site, { changes: [app] });
      const run = await command(site, `rm ${app}/empty`, { LANG: 'zh_CN' });
      expect(run.code).toBe(73);
      expect(run.stderr).toContain('证据库无法保存副本');
      expect(readFileSync(join(app, 'empty'), 'utf8')).toBe('');
    } finally {
      rmSync(site.folder.files);
    }
  });
});

describe('a target that cannot be read', () => {
  test.each([
    ['has no sftp at all', { sftp: null }, 'no-sftp', '目标资产不提供 sftp 服务'],
    ['does not let the account read', { sftp: 'internal-sftp -P read' }, 'no-permission', '该资产账号无权读取'],
  ])('%s: no channel, and the person reads why (R3)', async (_what, options, why, words) => {
    const sshd = await startSshd(options);
    const site = await startInstallation({}, sshd);
    try {
      const file = join(temporaryFolder(), 'a.conf');
      writeFileSync(file, 'as it was');
      await site.approvedTicket({ changes: [file] });
      const run = await command(site, `echo changed > ${file}`, { LANG: 'zh_CN.UTF-8' });
      expect(run.code).toBe(73);
      expect(run.stderr).toContain(words);
      expect(readFileSync(file, 'utf8')).toBe('as it was');
      const event = (await evidence(site)).find(({ type }) => type === 'originals.not-copied');
      expect(event?.details).toMatchObject({ why });
    } finally {
      await site.stop();
      await sshd.stop();
    }
  });
});
