// Certificates by ssh-keygen, as a controller would answer a gateway: apart from the product's own encoder.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `publicKey`: base64 of its wire form. `ca`: a file of ssh-keygen's; a new one that nobody trusts where it is left out. */
export function signCertificate(publicKey: string, login: string, ca?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-sign-'));
  const file = (name: string) => join(folder, name);
  if (ca === undefined) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file('ca')]);
  writeFileSync(file('key.pub'), `ssh-ed25519 ${publicKey}\n`);
  execFileSync('ssh-keygen', [
    '-q',
    '-s',
    ca ?? file('ca'),
    '-I',
    'test',
    '-n',
    login,
    '-V',
    '-5m:+5m',
    file('key.pub'),
  ]);
  const certificate = readFileSync(file('key-cert.pub'), 'utf8').split(' ')[1] ?? '';
  rmSync(folder, { recursive: true });
  return { kind: 'certificate' as const, certificate };
}
