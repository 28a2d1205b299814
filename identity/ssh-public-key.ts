// SSH public keys, parsed strictly: exactly one encoding per key, only algorithms that are safe and that the SSH
// server can verify. Used for people's keys and for the pinned host keys of targets. Attacker-controlled input.

import { createHash, createPublicKey } from 'node:crypto';
import { defineRefusal } from '../store/core/refusal.ts';

export interface SshPublicKey {
  readonly algorithm: string;
  /** Base64 of the wire form (RFC 4253 §6.6). */
  readonly blob: string;
  /** `SHA256:…` as OpenSSH prints it. */
  readonly fingerprint: string;
  readonly comment: string;
}

export const keyInvalid = defineRefusal('key.invalid', 'invalid', () => ({
  zh: '这不是一行有效的 OpenSSH 公钥',
  en: 'this is not one valid line of an OpenSSH public key',
}));

export const keyIsPrivate = defineRefusal('key.is-private', 'invalid', () => ({
  zh: '这是私钥。请只提交公钥（.pub 文件），并更换这把私钥',
  en: 'this is a private key; send the public one (the .pub file), and replace this one',
}));

export const keyAlgorithmRefused = defineRefusal<{ algorithm: string }>(
  'key.algorithm-refused',
  'invalid',
  ({ algorithm }) => ({
    zh: `不接受 ${algorithm} 类型的密钥；请使用 ed25519、ECDSA（256/384/521）、RSA 或 FIDO 安全密钥（ed25519-sk、ecdsa-sk）`,
    en: `keys of type ${algorithm} are not accepted; use ed25519, ECDSA (256/384/521), RSA or a FIDO security key (ed25519-sk, ecdsa-sk)`,
  }),
);

export const keyTooShort = defineRefusal<{ bits: number; least: number }>(
  'key.too-short',
  'invalid',
  ({ bits, least }) => ({
    zh: `RSA 密钥至少 ${least} 位，这一把是 ${bits} 位`,
    en: `an RSA key has at least ${least} bits, this one has ${bits}`,
  }),
);

const KNOWN_BUT_REFUSED =
  /^(ssh-dss|[a-z0-9-]+-cert-v0[01]@openssh\.com|ssh-rsa1|ssh-ed448|webauthn-[a-z0-9-]+@openssh\.com)$/;
/** Keys of FIDO tokens, PROTOCOL.u2f of OpenSSH. */
const SECURITY_KEY = /^sk-[a-z0-9-]+@openssh\.com$/;
const CURVES: { readonly [name: string]: { readonly crv: string; readonly bytes: number } } = {
  nistp256: { crv: 'P-256', bytes: 32 },
  nistp384: { crv: 'P-384', bytes: 48 },
  nistp521: { crv: 'P-521', bytes: 66 },
};
const LONGEST_RSA_BITS = 16_384;

export interface KeyRules {
  readonly leastRsaBits: number;
  /** Keys of FIDO tokens: a person has one, a server does not. */
  readonly securityKeys: boolean;
}

/** One line `algorithm base64 [comment]`, without options. */
export function parseSshPublicKey(line: string, rules: KeyRules): SshPublicKey {
  if (line.includes('PRIVATE KEY')) throw keyIsPrivate();
  const [, algorithm, blob, comment = ''] =
    /^([a-z0-9@.-]{3,64}) ([A-Za-z0-9+/]+={0,2})(?: (.*))?$/.exec(line.trim()) ?? [];
  if (algorithm === undefined || blob === undefined) throw keyInvalid();
  const unwanted = SECURITY_KEY.test(algorithm) && !rules.securityKeys;
  if (unwanted || KNOWN_BUT_REFUSED.test(algorithm)) throw keyAlgorithmRefused({ algorithm });
  const bytes = Buffer.from(blob, 'base64');
  if (bytes.toString('base64') !== blob) throw keyInvalid();
  const fields = wireFields(bytes);
  if (fields[0]?.toString('latin1') !== algorithm) throw keyInvalid();
  checkKey(algorithm, fields, rules.leastRsaBits);
  return { algorithm, blob, fingerprint: fingerprintOf(bytes), comment: printable(comment) };
}

/** `SHA256:` and unpadded base64, as OpenSSH prints it. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`;
}

function checkKey(algorithm: string, fields: readonly Buffer[], leastRsaBits: number): void {
  const curve = algorithm.startsWith('ecdsa-sha2-') ? algorithm.slice('ecdsa-sha2-'.length) : undefined;
  if (algorithm === 'ssh-ed25519') checkEd25519(fields);
  else if (algorithm === 'sk-ssh-ed25519@openssh.com') checkEd25519(withoutApplication(fields, 2));
  else if (algorithm === 'sk-ecdsa-sha2-nistp256@openssh.com') checkEcdsa(withoutApplication(fields, 3), 'nistp256');
  else if (algorithm === 'ssh-rsa') checkRsa(fields, leastRsaBits);
  else if (curve !== undefined) checkEcdsa(fields, curve);
  else throw keyInvalid();
}

/** What the token was made for stands last; one made for a website is not a key for SSH. */
function withoutApplication(fields: readonly Buffer[], at: number): readonly Buffer[] {
  if (fields.length !== at + 1 || !/^ssh:[ -~]*$/.test(fields[at]?.toString('latin1') ?? '')) throw keyInvalid();
  return fields.slice(0, at);
}

function checkEd25519([, point, ...rest]: readonly Buffer[]): void {
  if (point?.length !== 32 || rest.length > 0) throw keyInvalid();
  importable({ kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') });
}

function checkEcdsa([, name, point, ...rest]: readonly Buffer[], expected: string): void {
  const curve = CURVES[expected];
  if (curve === undefined || name?.toString('latin1') !== expected || rest.length > 0) throw keyInvalid();
  if (point?.length !== 1 + 2 * curve.bytes || point[0] !== 4) throw keyInvalid();
  const x = point.subarray(1, 1 + curve.bytes).toString('base64url');
  const y = point.subarray(1 + curve.bytes).toString('base64url');
  importable({ kty: 'EC', crv: curve.crv, x, y });
}

function checkRsa([, exponent, modulus, ...rest]: readonly Buffer[], leastBits: number): void {
  if (exponent === undefined || modulus === undefined || rest.length > 0) throw keyInvalid();
  const e = unsigned(exponent);
  const n = unsigned(modulus);
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24;
  if (bits < leastBits) throw keyTooShort({ bits, least: leastBits });
  const tiny = e.length === 1 && (e[0] ?? 0) < 3;
  if (bits > LONGEST_RSA_BITS || e.length > 8 || tiny || !isOdd(e) || !isOdd(n)) throw keyInvalid();
  importable({ kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') });
}

/** The magnitude of a positive mpint in its one shortest form (RFC 4251 §5). */
function unsigned(mpint: Buffer): Buffer {
  const [first, second] = mpint;
  if (first === undefined || first >= 0x80) throw keyInvalid();
  if (first !== 0) return mpint;
  if (second === undefined || second < 0x80) throw keyInvalid();
  return mpint.subarray(1);
}

function isOdd(number: Buffer): boolean {
  return ((number.at(-1) ?? 0) & 1) === 1;
}

/** Points off the curve and the like do not import. */
function importable(jwk: { readonly kty: string; readonly [field: string]: string }): void {
  try {
    createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    throw keyInvalid();
  }
}

function wireFields(bytes: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) throw keyInvalid();
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length || fields.length === 4) throw keyInvalid();
    fields.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function printable(comment: string): string {
  return comment
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '')
    .slice(0, 100)
    .trim();
}
