// A target account without any kept credential: each opening gets a certificate of the user CA, and a stock OpenSSH
// server that trusts it lets in exactly that (R1, R9, B13).

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadKeys } from '../../bastion/cli/data-folder.ts';
import { createVault } from '../../identity/vault/vault.ts';
import { command as sluice } from '../support/command-line.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';
import { command } from '../support/originals.ts';
import { type PeerBehind, peerBehind } from '../support/peers-behind.ts';
import { lastSession, sftp } from '../support/sftp-clients.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-ca-'));
const trusted = join(folder, 'sluice-user-ca.pub');
let site: TestInstallation;
let sshd: Sshd;
let echo: PeerBehind;
let ticket: { readonly id: string; readonly number: string };

beforeAll(async () => {
  writeFileSync(trusted, '');
  sshd = await startSshd({ extra: `TrustedUserCAKeys ${trusted}\n` });
  site = await startInstallation({}, sshd, 'certificate');
  writeFileSync(trusted, await lines());
  echo = await peerBehind((socket) => socket.pipe(socket));
  ticket = await site.approvedTicket({
    files: { rights: ['list', 'download', 'upload', 'delete'], paths: [] },
    destinations: [{ host: '127.0.0.1', port: echo.port }],
    changes: [join(folder, 'app')],
  });
});
afterAll(async () => {
  echo.stop();
  await site.stop();
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the administrator puts on the target. */
async function lines(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await sluice('user-ca', ...words, '--data', site.folder.path);
  expect(code, stderr).toBe(0);
  return stdout;
}

const answers = () => ({ password: PASSWORD, code: site.code('engineer') });
const through = (...args: string[]) => ssh(['-p', String(site.sshPort), ...args], answers());

/** The one certificate that was signed from that leaf on. */
async function signed(since: number) {
  const events = (await evidence(site, since)).filter(({ type }) => type === 'certificate.signed');
  expect(events).toHaveLength(1);
  return events[0]?.details ?? {};
}

test('a command runs by a certificate that the target’s own log names, and that ends with the window (R1, R17)', async () => {
  const since = await evidenceSize(site);
  expect(await command(site, 'echo in')).toMatchObject({ code: 0, stdout: 'in\n' });
  const details = await signed(since);
  const { id } = await lastSession(site);
  const { windowEnd } = await site.running.services.tickets.get(await site.signIn('engineer'), ticket.id);
  expect(details).toMatchObject({
    session: id,
    keyId: `sluice/${ticket.number}/${id}/engineer`,
    principals: [sshd.login],
    validUntil: Math.floor(windowEnd / 1000) * 1000,
    extensions: ['permit-pty'],
  });
  const { keyId, serial, fingerprint, ca } = details;
  expect(sshd.log()).toContain(`ED25519-CERT ${fingerprint} ID ${keyId} (serial ${serial}) CA ED25519 ${ca}`);
  expect((await evidence(site, since)).map(({ type }) => type)).toContain('credential.released');
});

test('a shell on a terminal, and a command on one (R17)', async () => {
  const since = await evidenceSize(site);
  const shell = through('-tt', 'engineer@127.0.0.1');
  await shell.until((text) => text.includes('?2004h') || text.includes('# ') || text.includes('$ '));
  shell.child.stdin.write('echo $((40+2)) $SSH_TTY; exit\r');
  expect((await shell.exit).stdout.toString()).toContain('42 /dev/pts/');
  expect((await signed(since)).extensions).toEqual(['permit-pty']);
  const run = await through('-tt', 'engineer@127.0.0.1', 'tty').exit;
  expect(run.stdout.toString()).toContain('/dev/pts/');
});

test('files over sftp, with a certificate that allows nothing besides (R17)', async () => {
  const since = await evidenceSize(site);
  const here = temporaryFolder();
  writeFileSync(join(here, 'up'), 'over a certificate\n');
  const moved = await sftp(site, [`put ${join(here, 'up')} ${join(here, 'on-target')}`]);
  expect(moved.code, moved.stderr).toBe(0);
  expect(readFileSync(join(here, 'on-target'), 'utf8')).toBe('over a certificate\n');
  expect((await signed(since)).extensions).toEqual([]);
});

test('a forwarded connection, with a certificate that allows nothing besides (R40)', async () => {
  const since = await evidenceSize(site);
  const run = through('-W', `127.0.0.1:${echo.port}`, 'engineer@127.0.0.1');
  run.child.stdin.end('there and back');
  expect((await run.exit).stdout.toString()).toBe('there and back');
  expect((await signed(since)).extensions).toEqual(['permit-port-forwarding']);
});

test('files are read again by a certificate of its own (R3)', async () => {
  const since = await evidenceSize(site);
  await site.running.services.readTicketAgain(await site.signIn('engineer'), ticket.id);
  const { keyId, extensions, validFrom, validUntil } = await signed(since);
  expect({ keyId, extensions }).toEqual({
    keyId: expect.stringMatching(new RegExp(`^sluice/${ticket.number}/ses_[0-9a-z]+/engineer$`)),
    extensions: [],
  });
  expect(Number(validUntil) - Number(validFrom)).toBeLessThan(3_600_000);
});

describe('nothing lasting', () => {
  test('is kept of an account that opens with certificates (R25)', async () => {
    const kept = await site.running.database.transaction((tx) =>
      tx.selectFrom('target_account').select(['credential_kind', 'credential']).execute(),
    );
    expect(kept).toEqual([{ credential_kind: 'certificate', credential: null }]);
  });

  test('of the CA’s private half, in any file, event or log, outside the vault’s seal (R25)', async () => {
    const rows = await site.running.database.transaction((tx) => tx.selectFrom('user_ca_key').selectAll().execute());
    const vault = createVault(loadKeys(site.folder).vault);
    const seeds = rows.map(({ id, private_key }) =>
      vault
        .open(private_key ?? '', `user-ca:${id}`)
        .reveal()
        .subarray(-32),
    );
    expect(seeds).toHaveLength(1);
    // A copy: a process that opens and closes a file of SQLite beside SQLite itself takes its locks away.
    const copied = join(temporaryFolder(), 'data');
    execFileSync('cp', ['-r', site.folder.path, copied]);
    const all = filesBelow(copied);
    expect(all.length).toBeGreaterThan(10);
    for (const seed of seeds) expect(all.filter((file) => holds(readFileSync(file), seed))).toEqual([]);
    // In any of the forms that OpenSSH, PEM and PKCS #8 give a private key.
    const marks = [
      'PRIVATE KEY',
      'openssh-key-v1',
      'b3BlbnNzaC1rZXktdjE',
      'MC4CAQAwBQYDK2Vw',
      '302e020100300506032b6570',
    ];
    const forms = [...marks.map((mark) => Buffer.from(mark)), Buffer.from('302e020100300506032b6570', 'hex')];
    const keys = all.filter((file) => forms.some((form) => readFileSync(file).includes(form)));
    expect(keys.length).toBeGreaterThan(1);
    expect(keys.filter((file) => !file.startsWith(join(copied, 'keys/')))).toEqual([]);
  });
});

test('the ticket’s evidence bundle has every certificate, and verifies (R33)', async () => {
  const out = join(temporaryFolder(), 'bundle');
  const made = await sluice('export', ticket.number, '--out', out, '--data', site.folder.path);
  expect(made.code, made.stderr).toBe(0);
  const text = filesBelow(out).map((file) => readFileSync(file, 'utf8'));
  const signed = (await evidence(site)).filter(({ type }) => type === 'certificate.signed');
  expect(signed.length).toBeGreaterThan(3);
  for (const { details } of signed) expect(text.some((each) => each.includes(String(details.serial)))).toBe(true);
});

test('the CA’s key is replaced without an opening that fails, and the old one opens nothing afterwards (R14)', async () => {
  const [first = ''] = (await lines()).trim().split('\n');
  const both = (await lines('prepare')).trim().split('\n');
  expect(both).toEqual([first, expect.stringMatching(/^ssh-ed25519 /)]);
  const since = await evidenceSize(site);
  writeFileSync(trusted, `${both.join('\n')}\n`);
  expect((await command(site, 'echo by the old')).stdout).toBe('by the old\n');
  const old = await signed(since);
  expect((await lines('switch')).trim().split('\n')).toEqual([both[1], first]);
  const afterwards = await evidenceSize(site);
  expect((await command(site, 'echo by the new')).stdout).toBe('by the new\n');
  const next = await signed(afterwards);
  expect(next.ca).not.toBe(old.ca);
  writeFileSync(trusted, await lines('retire'));
  expect((await command(site, 'echo by the new alone')).stdout).toBe('by the new alone\n');
  expect(
    (await evidence(site, since)).filter(({ type }) => type.startsWith('user-ca.')).map(({ type }) => type),
  ).toEqual(['user-ca.key-in-use', 'user-ca.key-retired']);
  writeFileSync(trusted, `${first}\n`);
  const refused = await command(site, 'echo in');
  expect(refused).toMatchObject({ code: 69, stdout: '' });
  expect(refused.stderr).toContain('the target refused the credential');
});

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile());
}

function holds(bytes: Buffer, secret: Buffer): boolean {
  const forms = (['base64', 'base64url', 'hex'] as const).map((form) => secret.toString(form).replace(/=+$/, ''));
  return bytes.includes(secret) || forms.some((form) => bytes.includes(form));
}
