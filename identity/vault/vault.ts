// Secrets at rest: AES-256-GCM under a key derived from the installation's own. The context (such as `totp:<account>`)
// is authenticated, so a sealed value cannot be moved to another row.
// Sealed form: `v1.` + base64url(12 bytes nonce ‖ ciphertext ‖ 16 bytes tag).

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Secret } from '../../store/core/secret.ts';

/** For whoever only puts secrets away. */
export interface VaultWriter {
  seal(plain: Secret, context: string): string;
  /** HMAC-SHA-256, hex: tells whether two secrets are the same, and nothing to whoever lacks the key. */
  digest(plain: Secret, context: string): string;
}

/** For whoever takes them out. */
export interface VaultReader {
  /** Throws a fault when the value was sealed under another key or context, or altered. */
  open(sealed: string, context: string): Secret;
}

export interface Vault extends VaultWriter, VaultReader {}

const VERSION = 'v1.';
const NONCE = 12;
const TAG = 16;

/** `key`: 32 random bytes, kept outside the database. */
export function createVault(key: Secret): Vault {
  if (key.reveal().length !== 32) throw new Error(`expected a vault key of 32 bytes, got ${key.reveal().length}`);
  const derived = Buffer.from(hkdfSync('sha256', key.reveal(), Buffer.alloc(0), 'sluice vault v1', 32));
  const digesting = Buffer.from(hkdfSync('sha256', key.reveal(), Buffer.alloc(0), 'sluice digest v1', 32));
  return {
    seal(plain, context) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', derived, nonce).setAAD(Buffer.from(context));
      const parts = [nonce, cipher.update(plain.reveal()), cipher.final(), cipher.getAuthTag()];
      return VERSION + Buffer.concat(parts).toString('base64url');
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
      if (!sealed.startsWith(VERSION) || bytes.length < NONCE + TAG) throw new Error('expected a sealed value');
      const decipher = createDecipheriv('aes-256-gcm', derived, bytes.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG));
      return Secret.ofBytes(Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]));
    },
    digest(plain, context) {
      // A context holds no NUL, so that no two pairs are the same bytes.
      return createHmac('sha256', digesting).update(`${context}\0`).update(plain.reveal()).digest('hex');
    },
  };
}
