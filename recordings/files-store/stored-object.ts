// The layout of one stored file, see FORMAT.md: magic, its key wrapped for its name, then sealed pieces of which the last
// is marked, so that neither cutting, adding nor swapping goes unnoticed. Pure.

import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { Secret } from '../../store/core/secret.ts';
import { unwrap, wrap } from '../storage/wrap.ts';

const MAGIC = Buffer.from('SLUICE FILE 1\r\n\0', 'latin1');
const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** Nonce, key, tag. */
const CAPSULE_BYTES = 12 + KEY_BYTES + TAG_BYTES;
export const OBJECT_HEADER_BYTES = MAGIC.length + CAPSULE_BYTES;
/** Of a file's own bytes in one piece; only the last has fewer. */
export const PIECE_BYTES = 64 * 1024;
export const SEALED_PIECE_BYTES = PIECE_BYTES + TAG_BYTES;

/** Names that tell nobody without the records key what is in a file. */
export class ObjectNames {
  readonly #key: Buffer;

  constructor(recordsKey: Secret) {
    this.#key = Buffer.from(hkdfSync('sha256', recordsKey.reveal(), '', 'sluice files store v1', KEY_BYTES));
  }

  /** `sha256`: of the file's bytes, hex. */
  of(sha256: string): string {
    return createHmac('sha256', this.#key).update(Buffer.from(sha256, 'hex')).digest('hex');
  }
}

export function objectHeader(recordsKey: Secret, name: string, dataKey: Secret): Buffer {
  return Buffer.concat([MAGIC, wrap(recordsKey, dataKey.reveal(), boundTo(name))]);
}

/** Undefined where it is none, or was made for another name or key. */
export function openObjectHeader(recordsKey: Secret, name: string, header: Buffer): Secret | undefined {
  if (header.length !== OBJECT_HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const key = unwrap(recordsKey, header.subarray(MAGIC.length), boundTo(name));
  return key?.length === KEY_BYTES ? Secret.ofBytes(key) : undefined;
}

export function sealPiece(dataKey: Secret, nth: number, last: boolean, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', dataKey.reveal(), nonceOf(nth)).setAAD(markOf(last));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined where it is not that piece of that file. */
export function openPiece(dataKey: Secret, nth: number, last: boolean, sealed: Buffer): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', dataKey.reveal(), nonceOf(nth), { authTagLength: TAG_BYTES });
  decipher.setAAD(markOf(last)).setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

function boundTo(name: string) {
  return { name, purpose: 'sluice stored file', version: 1 };
}

function nonceOf(nth: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(nth), 4);
  return nonce;
}

function markOf(last: boolean): Buffer {
  return Buffer.of(last ? 1 : 0);
}
