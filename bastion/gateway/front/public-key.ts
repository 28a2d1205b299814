// Whether a client really holds the key it offers. ssh2 believes a signature it has not checked, so it is checked
// here, over the session's own identifier (RFC 4252 section 7), RSA only with SHA-2 (RFC 8332).

import ssh2, { type PublicKeyAuthContext } from 'ssh2';
import { SECURITY_KEYS, securityKeySigned } from './security-key.ts';

const PLAIN_KEYS = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa'];
const ACCEPTED: readonly string[] = [...PLAIN_KEYS, ...SECURITY_KEYS];
/** OpenSSH's user certificates, PROTOCOL.certkeys. */
const CERTIFICATE = /-cert-v0[01]@openssh\.com$/;

/** True only for a valid signature by the very key in `context.key`. */
export function signatureHolds(context: PublicKeyAuthContext): boolean {
  const { key, signature, blob, hashAlgo } = context;
  if (signature === undefined || blob === undefined || !isAccepted(key)) return false;
  if (!PLAIN_KEYS.includes(key.algo)) return securityKeySigned(key.data, blob, signature);
  if (key.algo === 'ssh-rsa' && hashAlgo !== 'sha256' && hashAlgo !== 'sha512') return false;
  const parsed = ssh2.utils.parseKey(`${key.algo} ${key.data.toString('base64')}`);
  if (parsed instanceof Error || parsed.isPrivateKey()) return false;
  return parsed.verify(blob, signature, hashAlgo) === true;
}

export function isCertificate(key: PublicKeyAuthContext['key']): boolean {
  return CERTIFICATE.test(key.algo);
}

/** The key's type is one of ours, and the blob agrees with what the request said. */
export function isAccepted(key: PublicKeyAuthContext['key']): boolean {
  return ACCEPTED.includes(key.algo) && innerType(key.data) === key.algo;
}

function innerType(blob: Buffer): string | undefined {
  if (blob.length < 4) return undefined;
  const length = blob.readUInt32BE(0);
  return blob.length >= 4 + length ? blob.toString('latin1', 4, 4 + length) : undefined;
}
