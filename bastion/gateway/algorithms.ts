// The algorithms of both legs. ssh2's own lists must not be used: its server offers group exchange, which it cannot
// do, and its client offers SHA-1. AES-GCM stands first because it is the fastest here by a factor of two.

import type { Algorithms, KexAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';

/** RFC 10042, from our own patch: the type declarations do not know it. Recorded traffic must not open in twenty years. */
const POST_QUANTUM = 'mlkem768x25519-sha256' as KexAlgorithm;

/**
 * What clients are offered: nothing that an audit complains about (curves of NIST, encrypt-and-MAC, SHA-1). ChaCha20 is
 * for Dropbear, counter mode for older PuTTY and paramiko. No finite-field exchange: it lets a stranger burn our processor
 * for nothing (CVE-2002-20001).
 */
export const CLIENT_ALGORITHMS = {
  kex: [POST_QUANTUM, 'curve25519-sha256', 'curve25519-sha256@libssh.org'],
  cipher: [
    'aes256-gcm@openssh.com',
    'aes128-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes256-ctr',
    'aes128-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
  compress: ['none'],
} satisfies Algorithms;

/** What targets are offered: servers stay as they are for years, and their key is pinned. */
export const TARGET_ALGORITHMS = {
  ...CLIENT_ALGORITHMS,
  kex: [...CLIENT_ALGORITHMS.kex, 'ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521'],
  hmac: [...CLIENT_ALGORITHMS.hmac, 'hmac-sha2-256', 'hmac-sha2-512'],
} satisfies Algorithms;

/** Signature algorithms that go with a host key's type; RSA only with SHA-2 (RFC 8332). */
export function hostKeyAlgorithms(keyType: string): ServerHostKeyAlgorithm[] {
  switch (keyType) {
    case 'ssh-ed25519':
      return ['ssh-ed25519'];
    case 'ecdsa-sha2-nistp256':
      return ['ecdsa-sha2-nistp256'];
    case 'ecdsa-sha2-nistp384':
      return ['ecdsa-sha2-nistp384'];
    case 'ecdsa-sha2-nistp521':
      return ['ecdsa-sha2-nistp521'];
    case 'ssh-rsa':
      return ['rsa-sha2-512', 'rsa-sha2-256'];
    default:
      throw new TypeError(`expected a known host key type, got ${keyType}`);
  }
}

export const ALL_HOST_KEY_TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
] as const;
