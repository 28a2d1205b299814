// User certificates as OpenSSH reads them (PROTOCOL.certkeys), for Ed25519 keys signed by an Ed25519 key. Only what may
// not be misread is written: a principal is one plain word, because some readers split at commas and take none at all
// for anybody (CVE-2026-35414, B13).

export const CERTIFICATE_ALGORITHM = 'ssh-ed25519-cert-v01@openssh.com';
const ED25519 = 'ssh-ed25519';
const USER = 1;

/** What the holder may ask a target for besides running programs. */
export const EXTENSIONS = ['permit-port-forwarding', 'permit-pty'] as const;
export type CertificateExtension = (typeof EXTENSIONS)[number];

export interface UserCertificate {
  /** At least 16 random bytes: what is signed is never wholly the holder's choice. */
  readonly nonce: Buffer;
  /** Wire form of the certified key. */
  readonly publicKey: Buffer;
  readonly serial: bigint;
  readonly keyId: string;
  readonly principals: readonly string[];
  /** Whole seconds since 1970; `validBefore` does not belong to it. */
  readonly validAfter: number;
  readonly validBefore: number;
  readonly extensions: readonly CertificateExtension[];
  /** Wire form of the key that signs. */
  readonly signer: Buffer;
}

const PRINCIPAL = /^[A-Za-z0-9_][A-Za-z0-9._@\\-]{0,63}$/;
const KEY_ID = /^[\x21-\x7e]{1,255}$/;

/** The certificate as a public key blob. `sign`: 64 bytes of Ed25519 over what it is given. Throws on a field that is none. */
export function encodeUserCertificate(certificate: UserCertificate, sign: (bytes: Buffer) => Buffer): Buffer {
  check(certificate);
  const { nonce, publicKey, serial, keyId, principals, validAfter, validBefore, extensions, signer } = certificate;
  const body = Buffer.concat([
    sshString(CERTIFICATE_ALGORITHM),
    sshString(nonce),
    sshString(point(publicKey)),
    uint64(serial),
    uint32(USER),
    sshString(keyId),
    sshString(Buffer.concat(principals.map(sshString))),
    uint64(BigInt(validAfter)),
    uint64(BigInt(validBefore)),
    // No critical options.
    sshString(''),
    // In the order of their names, each with no data.
    sshString(Buffer.concat([...extensions].sort().flatMap((name) => [sshString(name), sshString('')]))),
    // Reserved.
    sshString(''),
    sshString(signer),
  ]);
  const signature = sign(body);
  if (signature.length !== 64) throw new Error(`expected a signature of 64 bytes, got ${signature.length}`);
  return Buffer.concat([body, sshString(Buffer.concat([sshString(ED25519), sshString(signature)]))]);
}

/** Wire form of an Ed25519 public key (RFC 8709 section 4). `raw`: its 32 bytes. */
export function ed25519Blob(raw: Buffer): Buffer {
  if (raw.length !== 32) throw new Error(`expected 32 bytes of an Ed25519 key, got ${raw.length}`);
  return Buffer.concat([sshString(ED25519), sshString(raw)]);
}

function check({ nonce, serial, keyId, principals, validAfter, validBefore, extensions }: UserCertificate): void {
  const isSeconds = (value: number) => Number.isSafeInteger(value) && value > 0;
  if (nonce.length < 16) throw new Error(`expected a nonce of at least 16 bytes, got ${nonce.length}`);
  if (serial < 1n || serial >= 1n << 64n) throw new Error(`expected a serial from 1 to 2^64-1, got ${serial}`);
  if (!KEY_ID.test(keyId)) throw new Error('expected a key id of 1 to 255 printable characters without spaces');
  if (principals.length === 0) throw new Error('expected a principal, got none');
  if (!principals.every((name) => PRINCIPAL.test(name))) throw new Error('expected plain names as principals');
  if (new Set(extensions).size !== extensions.length) throw new Error('expected each extension once');
  if (!isSeconds(validAfter) || !isSeconds(validBefore) || validAfter >= validBefore) {
    throw new Error(`expected a span of whole seconds, got ${validAfter} to ${validBefore}`);
  }
}

function point(publicKey: Buffer): Buffer {
  const raw = publicKey.subarray(-32);
  if (!ed25519Blob(raw).equals(publicKey)) throw new Error('expected an Ed25519 public key');
  return raw;
}

function sshString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
