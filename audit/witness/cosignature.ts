// Cosignatures (C2SP tlog-cosignature, v1): a witness says that at that time this was the largest tree of this log it
// had seen, and that it continued all it had seen before.

import { type KeyObject, sign, verify } from 'node:crypto';
import { KEY_NAME, keyOf, parseSignature, parseVerifierKey, signatureLine, type VerifierKey } from '../signed-note.ts';

/** Made by `createCosigner`. */
export interface Cosigner {
  readonly name: string;
  /** `name+id+key`, of a witness. */
  readonly verifierKey: string;
  /** The signature line for a checkpoint's text, newline included. */
  cosign(text: string, seconds: number): string;
}

/** The first byte of a witness's key. */
const WITNESS_KEY = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** `privateKey` is an Ed25519 key that is used for nothing else: the signed text does not say the name. */
export function createCosigner(name: string, privateKey: KeyObject): Cosigner {
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new TypeError('expected an Ed25519 key');
  if (!KEY_NAME.test(name)) throw new RangeError(`expected a name without spaces and plus signs, got ${name}`);
  const { id, text: verifierKey } = keyOf(name, WITNESS_KEY, privateKey);
  return {
    name,
    verifierKey,
    cosign(text, seconds) {
      const time = Buffer.alloc(TIME_BYTES);
      time.writeBigUInt64BE(BigInt(seconds));
      const signature = sign(null, signedBytes(text, seconds), privateKey);
      return signatureLine(name, id, Buffer.concat([time, signature]));
    },
  };
}

/** Undefined unless it is the verifier key of a witness. */
export function parseWitnessKey(text: string): VerifierKey | undefined {
  return parseVerifierKey(text, WITNESS_KEY);
}

/** When `key` cosigned that text, seconds since 1970; undefined when `line` (no newline) is not its cosignature of it. */
export function openCosignature(line: string, text: string, key: VerifierKey): number | undefined {
  const signature = parseSignature(line);
  if (signature === undefined || signature.name !== key.name || !signature.id.equals(key.id)) return undefined;
  if (signature.bytes.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const seconds = Number(signature.bytes.readBigUInt64BE());
  if (!Number.isSafeInteger(seconds)) return undefined;
  const bytes = signature.bytes.subarray(TIME_BYTES);
  return verify(null, signedBytes(text, seconds), key.publicKey, bytes) ? seconds : undefined;
}

function signedBytes(text: string, seconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`, 'utf8');
}
