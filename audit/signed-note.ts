// C2SP signed notes with Ed25519: a text, a blank line, one line per signature. Base64 is read strictly, because two
// spellings of one signature would be a byte that can be changed unnoticed.

import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/** Signs notes under one name. Made by `createLogSigner`. */
export interface LogSigner {
  /** The log's origin line and the key's name. */
  readonly name: string;
  /** `name+id+key`: what anybody needs to check its notes. */
  readonly verifierKey: string;
  /** `text` ends with a newline and holds no empty line. Answers the whole note. */
  sign(text: string): string;
}

export interface VerifierKey {
  readonly name: string;
  readonly id: Buffer;
  readonly publicKey: KeyObject;
}

export interface Signature {
  readonly name: string;
  readonly id: Buffer;
  readonly bytes: Buffer;
}

export interface Note {
  readonly text: string;
  readonly signatures: readonly Signature[];
}

/** The first byte of a key says what its signatures are over: a log's the text, a witness's time and text. */
export const LOG_KEY = 1;
const ID_BYTES = 4;
export const KEY_NAME = /^[^\s+]+$/u;

/** `privateKey` is an Ed25519 key; `name` has no space and no plus. */
export function createLogSigner(name: string, privateKey: KeyObject): LogSigner {
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new TypeError('expected an Ed25519 key');
  if (!KEY_NAME.test(name)) throw new RangeError(`expected a name without spaces and plus signs, got ${name}`);
  const { id, text: verifierKey } = keyOf(name, LOG_KEY, privateKey);
  return {
    name,
    verifierKey,
    sign(text) {
      return `${text}\n${signatureLine(name, id, sign(null, Buffer.from(text, 'utf8'), privateKey))}`;
    },
  };
}

/** The id and the verifier key that go with a private key. */
export function keyOf(
  name: string,
  type: number,
  privateKey: KeyObject,
): { readonly id: Buffer; readonly text: string } {
  const raw = rawPublicKey(createPublicKey(privateKey));
  const id = keyId(name, type, raw);
  return { id, text: `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.of(type), raw]).toString('base64')}` };
}

/** One line of a note, with its newline. */
export function signatureLine(name: string, id: Buffer, bytes: Buffer): string {
  return `— ${name} ${Buffer.concat([id, bytes]).toString('base64')}\n`;
}

/** Undefined when the text is no Ed25519 verifier key of that type or its id does not fit its key. */
export function parseVerifierKey(text: string, type = LOG_KEY): VerifierKey | undefined {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text);
  const [, name, idText, keyText] = match ?? [];
  if (name === undefined || idText === undefined || keyText === undefined) return undefined;
  const key = strictBase64(keyText);
  if (key?.length !== 33 || key[0] !== type) return undefined;
  const raw = key.subarray(1);
  const id = keyId(name, type, raw);
  if (id.toString('hex') !== idText) return undefined;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
  return { name, id, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) };
}

/** Splits a note; undefined when it is not exactly one. Attacker-controlled. */
export function parseNote(note: string): Note | undefined {
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split('\n');
  const signatures = lines.map(parseSignature);
  const whole = signatures.filter((signature) => signature !== undefined);
  return whole.length === lines.length ? { text, signatures: whole } : undefined;
}

/** The note's text when `key` signed it; undefined otherwise. Signatures of others are ignored. */
export function openNote(note: string, key: VerifierKey): string | undefined {
  const parsed = parseNote(note);
  const own = parsed?.signatures.filter(({ name, id }) => name === key.name && id.equals(key.id)) ?? [];
  const [signature] = own;
  if (parsed === undefined || signature === undefined || own.length !== 1) return undefined;
  return verify(null, Buffer.from(parsed.text, 'utf8'), key.publicKey, signature.bytes) ? parsed.text : undefined;
}

/** Undefined unless `text` is the one standard spelling of its bytes. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** A signature line without its newline; undefined when it is not one. */
export function parseSignature(line: string): Signature | undefined {
  const [, name, base64] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? [];
  if (name === undefined || base64 === undefined) return undefined;
  const bytes = strictBase64(base64);
  if (bytes === undefined || bytes.length <= ID_BYTES) return undefined;
  return { name, id: bytes.subarray(0, ID_BYTES), bytes: bytes.subarray(ID_BYTES) };
}

function keyId(name: string, type: number, raw: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Buffer.of(type), raw]);
  return hash('sha256', named, 'buffer').subarray(0, ID_BYTES);
}

function rawPublicKey(key: KeyObject): Buffer {
  const { x } = key.export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('expected a public key with an x');
  return Buffer.from(x, 'base64url');
}
