// Signatures of FIDO security keys: sk-ssh-ed25519@openssh.com and sk-ecdsa-sha2-nistp256@openssh.com (PROTOCOL.u2f of
// OpenSSH). The token does not sign the message but its hash, between the hash of the application it was made for and what
// it says of itself. Everything here is attacker-controlled.

import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

export const SECURITY_KEYS = ['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'] as const;

/** Somebody touched the token. */
const USER_PRESENT = 0x01;
/** The flags, one byte, and the counter, four. */
const SAID_LENGTH = 5;

interface SecurityKey {
  readonly application: Buffer;
  holds(signed: Buffer, signature: Buffer): boolean;
}

/**
 * True only for a valid signature of `message` by this key, given while somebody was present. `keyBlob`: the wire form,
 * type first. `signature`: what follows the type in the signature's wire form, without the length of its first string:
 * the signature proper, flags, counter.
 */
export function securityKeySigned(keyBlob: Buffer, message: Buffer, signature: Buffer): boolean {
  const key = parseSecurityKey(keyBlob);
  if (key === undefined || signature.length <= SAID_LENGTH) return false;
  const said = signature.subarray(-SAID_LENGTH);
  // The counter is not compared: it would have to be kept for every key, and a copied token is told by nothing else either.
  if (((said[0] ?? 0) & USER_PRESENT) === 0) return false;
  const signed = Buffer.concat([sha256(key.application), said, sha256(message)]);
  return key.holds(signed, signature.subarray(0, -SAID_LENGTH));
}

function parseSecurityKey(blob: Buffer): SecurityKey | undefined {
  const [type, ...fields] = strings(blob) ?? [];
  switch (type?.toString('latin1')) {
    case 'sk-ssh-ed25519@openssh.com':
      return ed25519(fields);
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return ecdsa(fields);
    default:
      return undefined;
  }
}

function ed25519([point, application, ...rest]: readonly Buffer[]): SecurityKey | undefined {
  if (point?.length !== 32 || application === undefined || rest.length > 0) return undefined;
  const key = imported({ kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') });
  if (key === undefined) return undefined;
  return { application, holds: (signed, signature) => signature.length === 64 && verify(null, signed, key, signature) };
}

function ecdsa([curve, point, application, ...rest]: readonly Buffer[]): SecurityKey | undefined {
  if (curve?.toString('latin1') !== 'nistp256' || point?.length !== 65 || point[0] !== 4) return undefined;
  if (application === undefined || rest.length > 0) return undefined;
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((number) => number.toString('base64url'));
  const key = imported({ kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' });
  if (key === undefined) return undefined;
  return {
    application,
    holds(signed, signature) {
      const [r, s, ...more] = strings(signature) ?? [];
      const pair = r && s && more.length === 0 ? [r, s].map(of32Bytes) : [];
      const [left, right] = pair;
      if (left === undefined || right === undefined) return false;
      return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.concat([left, right]));
    },
  };
}

/** An mpint as 32 bytes; undefined for one that is negative or longer. */
function of32Bytes(mpint: Buffer): Buffer | undefined {
  const magnitude = mpint[0] === 0 ? mpint.subarray(1) : mpint;
  if (magnitude.length > 32 || (mpint[0] ?? 0) >= 0x80) return undefined;
  return Buffer.concat([Buffer.alloc(32 - magnitude.length), magnitude]);
}

/** The strings (RFC 4251 section 5) that the bytes consist of, at most five; undefined when they do not. */
function strings(bytes: Buffer): Buffer[] | undefined {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length || found.length === 5) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    found.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return found;
}

function imported(jwk: { readonly kty: string; readonly [field: string]: string }): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
