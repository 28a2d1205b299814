// What a ticket changed, by vim in the terminal, by sftp and by rsync, declared and not: read again from a real sshd by
// nobody's session, and compared with what was there first (R3).

import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyBundle } from '../../approvals/bundle/verify-bundle.ts';
import type { ChangeReport, ReportedChange } from '../../approvals/originals/change-report.ts';
import { manifestHash } from '../../approvals/originals/manifest.ts';
import { command as sluice } from '../support/command-line.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { answering, PLAIN, ssh } from '../support/openssh.ts';
import { command, listedItems, storedBytes } from '../support/originals.ts';
import { runProgram } from '../support/program.ts';
import { lastSession, sftp } from '../support/sftp-clients.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const GB18030 = Buffer.from('b6cbbfda3d383038300a', 'hex');
const GB18030_NEW = Buffer.from('b6cbbfda3d393039300a', 'hex');

let site: TestInstallation;
let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
  site = await startInstallation({}, sshd);
});
afterAll(async () => {
  await site.stop();
  await sshd.stop();
});

/** In the terminal, as a person would. */
async function vim(file: string, keys: string): Promise<void> {
  const answers = { password: PASSWORD, code: site.code('engineer') };
  const shell = ssh(['-tt', '-p', String(site.sshPort), 'engineer@127.0.0.1'], answers, { TERM: 'xterm' });
  // The prompt itself is not drawn on a terminal of no size.
  await shell.until((text) => text.includes('?2004h'));
  shell.child.stdin.write(`stty rows 24 cols 120; vim -u NONE -c 'normal ${keys}' -c wq ${file}; exit\r`);
  await shell.exit;
}

async function rsync(from: string, to: string): Promise<void> {
  const remote = `ssh ${PLAIN.join(' ')} -p ${site.sshPort}`;
  const env = answering({ password: PASSWORD, code: site.code('engineer') });
  const { code, said } = await runProgram('rsync', ['-r', '-e', remote, from, `engineer@127.0.0.1:${to}`], { env });
  expect(code, said).toBe(0);
}

function changesOf({ places }: ChangeReport): readonly ReportedChange[] {
  return places.flatMap(({ changes }) => changes);
}

test('the report says what vim, sftp and rsync changed, declared and not, with both hashes and the text (R3, R34)', async () => {
  const [app, other, here] = [join(temporaryFolder(), 'app'), temporaryFolder(), temporaryFolder()];
  mkdirSync(join(app, 'sub'), { recursive: true });
  const was = {
    'by-vim.conf': 'alpha\nbeta\n',
    'by-sftp': 'one\n',
    'by-rsync': 'two\n',
    'sub/gone': 'gone\n',
    same: 'same',
  };
  for (const [name, text] of Object.entries(was)) writeFileSync(join(app, name), text);
  writeFileSync(join(app, '开标.ini'), GB18030);
  chmodSync(join(app, 'same'), 0o644);
  for (const name of ['beside', 'untouched']) writeFileSync(join(other, name), `${name}\n`);
  for (const name of ['by-sftp', 'by-rsync', 'new']) writeFileSync(join(here, name), `${name} now\n`);
  writeFileSync(join(here, 'ini'), GB18030_NEW);

  const { id, number } = await site.approvedTicket({
    files: { rights: ['list', 'download', 'upload', 'delete'], paths: [] },
    changes: [app],
  });
  await vim(join(app, 'by-vim.conf'), 'ccALPHA');
  const moved = await sftp(site, [
    `lcd ${here}`,
    `put by-sftp ${app}/by-sftp`,
    `put ini ${app}/开标.ini`,
    `rm ${app}/sub/gone`,
    `put new ${app}/new`,
    `chmod 755 ${app}/same`,
    `put by-sftp ${other}/beside`,
    `put new ${other}/fresh`,
    `-rm ${other}/not-there`,
  ]);
  expect(moved.code).toBe(0);
  await rsync(join(here, 'by-rsync'), `${app}/by-rsync`);
  await lastSession(site);
  expect(readFileSync(join(app, 'by-vim.conf'), 'utf8')).toBe('ALPHA\nbeta\n');

  const before = await evidenceSize(site);
  const sessions = site.running.services.sessionLog;
  const auditor = await site.signIn('auditor');
  const sessionsBefore = (await sessions.list(auditor)).length;
  const report = await site.running.services.readTicketAgain(await site.signIn('engineer'), id);
  const told = changesOf(report).map(({ path, how, declared, before: b, after: a }) => [
    path,
    how,
    declared,
    b?.sha256 ?? null,
    a?.sha256 ?? null,
  ]);
  expect(told).toEqual(
    [
      [join(app, 'by-rsync'), 'changed', true, sha256('two\n'), sha256('by-rsync now\n')],
      [join(app, 'by-sftp'), 'changed', true, sha256('one\n'), sha256('by-sftp now\n')],
      [join(app, 'by-vim.conf'), 'changed', true, sha256('alpha\nbeta\n'), sha256('ALPHA\nbeta\n')],
      [join(app, 'new'), 'added', true, null, sha256('new now\n')],
      [join(app, 'same'), 'mode', true, sha256('same'), sha256('same')],
      [join(app, 'sub/gone'), 'removed', true, sha256('gone\n'), null],
      [join(app, '开标.ini'), 'changed', true, sha256(GB18030), sha256(GB18030_NEW)],
      [join(other, 'beside'), 'changed', false, sha256('beside\n'), sha256('by-sftp now\n')],
      [join(other, 'fresh'), 'added', false, null, sha256('new now\n')],
    ].sort(([a], [b]) => Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))),
  );
  const textOf = async (name: string) => {
    const text = changesOf(report).find(({ path }) => path === join(app, name))?.text;
    return (await storedBytes(site, text ?? '')).toString('utf8');
  };
  expect(await textOf('by-vim.conf')).toBe('@@ -1,2 +1,2 @@\n-alpha\n+ALPHA\n beta\n');
  expect(await textOf('开标.ini')).toBe('@@ -1,1 +1,1 @@\n-端口=8080\n+端口=9090\n');
  expect(await storedBytes(site, sha256('gone\n'))).toEqual(Buffer.from('gone\n'));
  // A session of its own kind, with a recording, and with nobody in it.
  expect((await sessions.list(auditor)).length).toBe(sessionsBefore);
  const events = (await evidence(site, before)).filter(({ details }) => details.session === report.places[0]?.reading);
  expect(events.map(({ type }) => type)).toEqual([
    'reading.opened',
    'recording.opened',
    'credential.released',
    'reading.ended',
    'recording.sealed',
    'originals.listed',
    'originals.read-again',
  ]);
  const reported = (await evidence(site, before)).find(({ type }) => type === 'originals.reported');
  expect(reported?.details).toMatchObject({ added: 2, changed: 6, removed: 1, undeclared: 2, unread: 0 });
  expect((await listedItems(site, before)).length).toBeGreaterThan(8);

  // A stranger has it all: both verifiers agree, the manifest's hash comes out of the listed items, and the reading's
  // recording is one that the log knows.
  const bundle = join(temporaryFolder(), 'bundle');
  const made = await sluice('export', number, '--out', bundle, '--data', site.folder.path);
  expect(made.code, made.stderr).toBe(0);
  expect(await verifyBundle(bundle, undefined)).toMatchObject({ verdict: 'consistent', findings: [] });
  const python = await runProgram('python3', [join(import.meta.dirname, '../support/verify_bundle.py'), bundle]);
  expect(JSON.parse(python.stdout.toString())).toMatchObject({ verdict: 'consistent', findings: [] });
  const leaves = readFileSync(join(bundle, 'events.jsonl'), 'utf8').trimEnd().split('\n');
  const inBundle = leaves.map((line) => JSON.parse(JSON.parse(line).leaf));
  const copied = inBundle.find(({ type }) => type === 'originals.copied').details;
  const listed = inBundle.filter(
    ({ type, details }) => type === 'originals.listed' && details.manifest === copied.manifest,
  );
  expect(manifestHash(listed.flatMap(({ details }) => details.items))).toBe(copied.sha256);
  const whole = await sluice('verify', '--data', site.folder.path);
  expect(whole.code, whole.stdout).toBe(0);
}, 300_000);

test('a target that cannot be reached is in the report as that (R3)', async () => {
  const file = join(temporaryFolder(), 'a');
  writeFileSync(file, 'a');
  const engineer = await site.signIn('engineer');
  const { tickets, readTicketAgain } = site.running.services;
  for (const { id } of await tickets.list(engineer, { open: true })) await tickets.withdraw(engineer, id);
  const { id } = await site.approvedTicket({ changes: [file] });
  expect((await command(site, 'true')).code).toBe(0);
  await sshd.stop();
  const { places } = await readTicketAgain(engineer, id);
  expect(places).toMatchObject([{ failure: { path: null, why: 'target-unreachable' }, changes: [], declared: [file] }]);
  const reported = (await evidence(site)).findLast(({ type }) => type === 'originals.reported');
  expect(reported?.details).toMatchObject({ unread: 1 });
});

test('somebody else’s ticket is not read again, nor one that was withdrawn (R8, B8)', async () => {
  await site.invite({ name: 'rival', displayName: '郑他', role: 'operator', vendor: '另一家公司' });
  const engineer = await site.signIn('engineer');
  const { tickets, readTicketAgain } = site.running.services;
  const [ticket] = await tickets.list(engineer);
  const code = (asked: Promise<unknown>) =>
    asked.then(
      () => 'done',
      (error: { readonly code?: string }) => error.code,
    );
  expect(await code(readTicketAgain(await site.signIn('rival'), ticket?.id ?? ''))).toBe('ticket.absent');
  expect(await code(readTicketAgain(await site.signIn('auditor'), ticket?.id ?? ''))).toBe('role.not-allowed');
  await tickets.withdraw(engineer, ticket?.id ?? '');
  expect(await code(readTicketAgain(engineer, ticket?.id ?? ''))).toBe('originals.not-readable');
});
