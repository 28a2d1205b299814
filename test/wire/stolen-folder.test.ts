// A data folder in the wrong hands, without its keys: after real work nothing that was secret stands in any file of it.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FILE_RIGHTS } from '../../store/core/channel-terms.ts';
import { ApiClient } from '../support/api-client.ts';
import { evidence } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { run as program, ssh } from '../support/openssh.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-stolen-'));
let site: TestInstallation;
const secrets = new Map<string, string>();

beforeAll(async () => {
  site = await startInstallation();
  const original = join(folder, 'app.conf');
  writeFileSync(original, 'the original says ORIGINAL-5b1f\n'.repeat(20));
  await site.approvedTicket({
    kinds: ['shell', 'exec'],
    files: { rights: FILE_RIGHTS, paths: [] },
    changes: [original],
  });
  const answers = () => ({ password: PASSWORD, code: site.code('engineer') });
  const at = ['-p', String(site.sshPort), 'engineer@127.0.0.1'];
  const run = ssh(['-tt', ...at], answers());
  run.child.stdin.write('echo SHOWN-$((40+2))-9c3e; stty -echo; read secret; stty echo; echo done-$((1+1))\n');
  await run.until((text) => text.includes('SHOWN-42-9c3e'));
  run.child.stdin.write('HIDDEN-7d2a\n');
  await run.until((text) => text.includes('done-2'));
  run.child.stdin.end('exit\n');
  await run.exit;
  const copy = join(folder, 'upload.txt');
  writeFileSync(copy, 'sent over sftp: UPLOADED-e1f0\n'.repeat(20));
  const sftp = program('sftp', ['-P', String(site.sshPort), 'engineer@127.0.0.1'], answers());
  sftp.child.stdin.end(`put ${copy} ${original}\n`);
  expect((await sftp.exit).code).toBe(0);
  await site.running.publisher.flush();

  const key = site.sshd.privateKey.split('\n').filter((line) => !line.startsWith('-'));
  secrets.set('a credential of a target', key[2] ?? '');
  secrets.set('a TOTP secret', site.secret('engineer'));
  secrets.set('a password', PASSWORD);
  secrets.set('what was shown', 'SHOWN-42-9c3e');
  secrets.set('what was typed where nothing is drawn', 'HIDDEN-7d2a');
  secrets.set('what was typed where it is', 'stty -echo; read secret');
  secrets.set('a file that was sent', 'UPLOADED-e1f0');
  secrets.set('a file as it was before', 'ORIGINAL-5b1f');
  secrets.set('the number of a paper', 'no-engineer');
  secrets.set('a digest of it that anybody can make', createHash('sha256').update('other\nNO-ENGINEER').digest('hex'));
  const head = await ApiClient.signIn(site, 'head');
  secrets.set('a browser’s session', head.cookie.split('=')[1] ?? '');
});
afterAll(() => site.stop());

/** The same bytes as a database, a JSON text or a dump may hold them. */
function formsOf(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  // Three ways a piece can stand in base 64, less the ends that depend on its neighbours.
  const shifted = [0, 1, 2].map((shift) => {
    const all = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return all.slice(shift === 0 ? 0 : 4, -4);
  });
  return [
    bytes,
    Buffer.from(text, 'utf16le'),
    Buffer.from(bytes.toString('hex')),
    Buffer.from(bytes.toString('hex').toUpperCase()),
    ...shifted.map((piece) => Buffer.from(piece)),
    ...shifted.map((piece) => Buffer.from(piece.replaceAll('+', '-').replaceAll('/', '_'))),
  ].filter(({ length }) => length >= 6);
}

function filesOf(root: string): string[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name));
}

function found(files: readonly string[], text: string): string[] {
  const forms = formsOf(text);
  return files.filter((file) => {
    const bytes = readFileSync(file);
    return forms.some((form) => bytes.includes(form));
  });
}

test('holds no credential, recording, TOTP secret, password, file or number in any form (R14, R17)', async () => {
  // Copied by another process, as a thief would: to open and close the database's file here would drop its locks.
  const stolen = join(folder, 'stolen');
  execFileSync('cp', ['-r', site.folder.path, stolen]);
  rmSync(join(stolen, 'keys'), { recursive: true });
  const all = filesOf(stolen);
  const names = all.map((file) => relative(stolen, file).split('/')[0]);
  // It was all there to be found: the work left recordings, files, evidence and a database.
  for (const part of ['recordings', 'files', 'evidence', 'sluice.db']) expect(names).toContain(part);
  for (const [what, text] of secrets) {
    expect(text.length, what).toBeGreaterThan(5);
    expect([what, found(all, text).map((file) => relative(stolen, file))]).toEqual([what, []]);
  }
  const log = JSON.stringify(await evidence(site));
  for (const [what, text] of secrets) expect([what, log.includes(text)]).toEqual([what, false]);
});

test('and the search would have found it', () => {
  const control = join(folder, 'control');
  for (const [what, text] of secrets) {
    for (const form of formsOf(text)) {
      writeFileSync(control, Buffer.concat([Buffer.alloc(100, 'x'), form, Buffer.alloc(100, 'x')]));
      expect([what, found([control], text)]).toEqual([what, [control]]);
    }
    writeFileSync(control, `{"a":"${Buffer.from(`${'-'.repeat(4)}${text}${'-'.repeat(9)}`).toString('base64')}"}`);
    expect([what, found([control], text)]).toEqual([what, [control]]);
  }
});
