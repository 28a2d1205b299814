// AES-256-GCM of something short under the records key, bound to what it is for: 12 bytes of nonce, the sealed bytes,
// 16 bytes of tag.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { canonicalJson, type Json } from '../../store/core/canonical-json.ts';
import type { Secret } from '../../store/core/secret.ts';
import { TAG_BYTES } from '../format/track.ts';

const NONCE_BYTES = 12;

/** `purpose` is what the result opens for, and for nothing else: its canonical JSON is authenticated with it. */
export function wrap(key: Secret, plain: Buffer, purpose: Json): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.reveal(), nonce).setAAD(bytesOf(purpose));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined when it was not wrapped under this key for this purpose. */
export function unwrap(key: Secret, wrapped: Buffer, purpose: Json): Buffer | undefined {
  if (wrapped.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const end = wrapped.length - TAG_BYTES;
  const nonce = wrapped.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key.reveal(), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(bytesOf(purpose)).setAuthTag(wrapped.subarray(end));
  const plain = decipher.update(wrapped.subarray(NONCE_BYTES, end));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

function bytesOf(purpose: Json): Buffer {
  return Buffer.from(canonicalJson(purpose), 'utf8');
}
