// A new Ed25519 key pair in OpenSSH's format. One in 256 that ssh2 makes cannot be read again: it drops a leading zero
// byte of the public half (lib/keygen.js, 1.17.0). Such a pair is thrown away.

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

function isWhole(key: string): boolean {
  return !(ssh2.utils.parseKey(key) instanceof Error);
}
