// New SSH keys. An Ed25519 pair comes in OpenSSH's format: one in 256 that ssh2 makes cannot be read again: it drops a leading zero
// byte of the public half (lib/keygen.js, 1.17.0). Such a pair is thrown away.

import { generateKeyPairSync } from 'node:crypto';
import ssh2 from 'ssh2';

export interface SshKeyPair {
  /** OpenSSH PEM. */
  readonly private: string;
  /** `algorithm base64`. */
  readonly public: string;
}

export function newSshKeyPair(generate = () => ssh2.utils.generateKeyPairSync('ed25519')): SshKeyPair {
  for (;;) {
    const pair = generate();
    if (isWhole(pair.private) && isWhole(pair.public)) return pair;
  }
}

/** PEM. 3072 bits are what 128 bits of strength take (NIST SP 800-57 part 1, table 2). */
export function newRsaHostKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}

function isWhole(key: string): boolean {
  return !(ssh2.utils.parseKey(key) instanceof Error);
}
