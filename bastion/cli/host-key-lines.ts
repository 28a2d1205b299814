// How a host key is shown to people who compare it, and to DNS.

import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';

/** RFC 4255, RFC 6594, RFC 7479. */
const SSHFP_ALGORITHM: Readonly<Record<string, number>> = { 'ssh-rsa': 1, 'ssh-ed25519': 4 };
const SSHFP_SHA256 = 2;

export interface HostKeyLines {
  /** `algorithm SHA256:…`, as OpenSSH prints it. */
  readonly fingerprint: string;
  /** A line of a DNS zone; clients with VerifyHostKeyDNS compare it by themselves. */
  readonly sshfp: string;
}

/** `pem`: the private key. `name`: the host name people connect to. */
export function hostKeyLines(pem: string, name: string): HostKeyLines {
  const key = ssh2.utils.parseKey(pem);
  if (key instanceof Error) throw key;
  const digest = createHash('sha256').update(key.getPublicSSH()).digest();
  return {
    fingerprint: `${key.type} SHA256:${digest.toString('base64').replace(/=+$/, '')}`,
    sshfp: `${name} IN SSHFP ${SSHFP_ALGORITHM[key.type]} ${SSHFP_SHA256} ${digest.toString('hex')}`,
  };
}
