// An engineer who signs in by key while their one-time code is fresh: for tools that can answer no prompt.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKeys } from '../../bastion/cli/data-folder.ts';
import { hostKeyLines } from '../../bastion/cli/host-key-lines.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { startInstallation, type TestInstallation, type TicketOptions } from './installation.ts';
import { PLAIN, ssh } from './openssh.ts';

export interface KeyLogin {
  readonly site: TestInstallation;
  /** Goes away at the end: home folder of the tools, and room for their files. */
  readonly folder: string;
  /** OpenSSH's form, without a passphrase. */
  readonly keyFile: string;
  readonly auditor: AuthenticatedUser;
  /** `SHA256:…` of each of the gateway's host keys. */
  readonly fingerprints: readonly string[];
  /** `ssh` with all its options but the host. */
  readonly sshLine: string;
  stop(): Promise<void>;
}

/** One approved ticket on these terms; the engineer's code was given a moment ago. */
export async function startWithKey(terms: TicketOptions): Promise<KeyLogin> {
  const site = await startInstallation({ 'login.codeFreshMinutes': 60 });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-clients-'));
  const keyFile = join(folder, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'laptop', '-f', keyFile]);
  const engineer = await site.signIn('engineer');
  const fresh = await site.fresh(engineer, 'key.add');
  await site.running.services.publicKeys.add(engineer, fresh, readFileSync(`${keyFile}.pub`, 'utf8').trim());
  await site.approvedTicket({ windowMs: 4 * 3_600_000, ...terms });
  const args = ['-i', keyFile, '-p', String(site.sshPort)];
  const first = await ssh([...args, 'engineer@127.0.0.1', 'true'], { code: site.code('engineer') }).exit;
  if (first.code !== 0) throw new Error(`expected to sign in, got ${first.stderr.toString()}`);
  return {
    site,
    folder,
    keyFile,
    auditor: await site.signIn('auditor'),
    fingerprints: loadKeys(site.folder).sshHosts.map((pem) => hostKeyLines(pem, '').fingerprint.split(' ')[1] ?? ''),
    sshLine: ['ssh', ...PLAIN, '-o', 'BatchMode=yes', ...args].join(' '),
    async stop() {
      await site.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
