// The two keys of the search index, derived from the records key: one makes tokens unreadable, one seals texts. Who
// has the database alone learns how often tokens come together, and no text.
//
// A token is one block of AES-256, cut to 40 bits: a keyed function of a fixed length, a hundred times cheaper than an
// HMAC for each of the two thousand tokens of a document, because one call makes all of them.

import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { canonicalJson } from '../../store/core/canonical-json.ts';
import type { SessionId } from '../../store/core/ids.ts';
import type { Secret } from '../../store/core/secret.ts';

const BLOCK = 16;
export const TOKEN_BYTES = 5;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A sealed text never unfolds into more. */
const MOST_TEXT_BYTES = 1024 * 1024;

export class SearchKeys {
  readonly #tokens: KeyObject;
  readonly #texts: KeyObject;

  constructor(recordsKey: Secret) {
    this.#tokens = derived(recordsKey, 'sluice search tokens 1');
    // The number is that of what is sealed: an index of another is thrown away and made again.
    this.#texts = derived(recordsKey, 'sluice search texts 2');
  }

  /** A number below 2^40 for each, in the same order. */
  blind(tokens: Iterable<string>): number[] {
    const all = [...tokens];
    const blocks = Buffer.alloc(all.length * BLOCK);
    all.forEach((token, nth) => {
      blocks.writeUInt8(token.length, nth * BLOCK);
      blocks.write(token, nth * BLOCK + 1, 'utf16le');
    });
    const cipher = createCipheriv('aes-256-ecb', this.#tokens, null).setAutoPadding(false);
    const sealed = cipher.update(blocks);
    return all.map((_, nth) => sealed.readUIntBE(nth * BLOCK, TOKEN_BYTES));
  }

  seal(session: SessionId, number: number, text: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#texts, nonce).setAAD(boundTo(session, number));
    const body = cipher.update(zstdCompressSync(Buffer.from(text, 'utf8')));
    return Buffer.concat([nonce, body, cipher.final(), cipher.getAuthTag()]);
  }

  /** Undefined when it was not sealed with this key for this document. */
  open(session: SessionId, number: number, sealed: Buffer): string | undefined {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#texts, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(session, number)).setAuthTag(sealed.subarray(-TAG_BYTES));
    const body = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
    try {
      decipher.final();
      return zstdDecompressSync(body, { maxOutputLength: MOST_TEXT_BYTES }).toString('utf8');
    } catch {
      return undefined;
    }
  }
}

function derived(recordsKey: Secret, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', recordsKey.reveal(), '', purpose, 32)));
}

/** A text moved to another document does not open. */
function boundTo(session: SessionId, number: number): Buffer {
  return Buffer.from(canonicalJson({ number, purpose: 'sluice search text', session }), 'utf8');
}
