// What a security key's signature must be to count (B2).

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { securityKeySigned } from '../../bastion/gateway/front/security-key.ts';
import { ecdsaToken, ed25519Token, type SecurityKey } from '../support/security-key.ts';
import { sshString } from '../support/ssh-wire.ts';

const MESSAGE = Buffer.from('a session and a request');

/** As ssh2 hands it on: without the type and without the length of the signature proper. */
const stripped = (key: SecurityKey, signature: Buffer) => signature.subarray(4 + key.type.length + 4);
const signed = (key: SecurityKey, ...args: Parameters<SecurityKey['sign']>) => stripped(key, key.sign(...args));

const TOKENS = [
  ['ed25519', ed25519Token()],
  ['ecdsa', ecdsaToken()],
] as const;

test.each(TOKENS)('a touched %s token signs in (R15)', (_name, key) => {
  // Numbers of every length: one in 256 is shorter than 32 bytes.
  for (let round = 0; round < 600; round += 1) {
    const message = randomBytes(100);
    expect(securityKeySigned(key.blob, message, signed(key, message))).toBe(true);
  }
});

test.each(TOKENS)('an %s token that nobody touched proves nothing', (_name, key) => {
  expect(securityKeySigned(key.blob, MESSAGE, signed(key, MESSAGE, { flags: 0 }))).toBe(false);
  // User verification says that a PIN was right, not that somebody is there.
  expect(securityKeySigned(key.blob, MESSAGE, signed(key, MESSAGE, { flags: 4 }))).toBe(false);
  expect(securityKeySigned(key.blob, MESSAGE, signed(key, MESSAGE, { flags: 5 }))).toBe(true);
});

test.each(TOKENS)('a signature of the %s token for another application, message or key proves nothing', (name, key) => {
  const other = name === 'ed25519' ? ed25519Token() : ecdsaToken();
  const foreign =
    name === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  expect(securityKeySigned(key.blob, MESSAGE, signed(key, MESSAGE, { application: 'https://evil' }))).toBe(false);
  expect(securityKeySigned(key.blob, Buffer.from('another session'), signed(key, MESSAGE))).toBe(false);
  expect(securityKeySigned(other.blob, MESSAGE, signed(key, MESSAGE))).toBe(false);
  expect(securityKeySigned(key.blob, MESSAGE, signed(key, MESSAGE, { privateKey: foreign.privateKey }))).toBe(false);
});

test.each(TOKENS)('flags and counter of the %s token are part of what is signed', (_name, key) => {
  const good = signed(key, MESSAGE);
  for (let back = 1; back <= 5; back += 1) {
    const changed = Buffer.from(good);
    changed[good.length - back] = (changed[good.length - back] ?? 0) ^ 2;
    expect(securityKeySigned(key.blob, MESSAGE, changed)).toBe(false);
  }
});

test.each(TOKENS)('no other bytes are a key or a signature of the %s token', (_name, key) => {
  const good = signed(key, MESSAGE);
  const mutated = (bytes: Buffer) =>
    fc
      .array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 })
      .map((changes) => {
        const copy = Buffer.from(bytes);
        for (const [at, by] of changes) copy[at] = (copy[at] ?? 0) ^ by;
        return copy;
      })
      .filter((copy) => !copy.equals(bytes));
  const any = (bytes: Buffer) =>
    fc.oneof(
      mutated(bytes),
      fc.uint8Array().map(Buffer.from),
      fc.nat(bytes.length - 1).map((end) => bytes.subarray(0, end)),
    );
  fc.assert(
    fc.property(any(good), (bytes) => !securityKeySigned(key.blob, MESSAGE, bytes)),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(any(key.blob), (bytes) => !securityKeySigned(bytes, MESSAGE, good)),
    { numRuns: 2000 },
  );
});

test('a key with a field more, on another curve or of another type is no key', () => {
  const [key, onCurve] = [ed25519Token(), ecdsaToken()];
  const more = Buffer.concat([key.blob, sshString('more')]);
  expect(securityKeySigned(more, MESSAGE, signed(key, MESSAGE))).toBe(false);
  const renamed = Buffer.from(onCurve.blob.toString('latin1').replaceAll('nistp256', 'nistp384'), 'latin1');
  expect(securityKeySigned(renamed, MESSAGE, signed(onCurve, MESSAGE))).toBe(false);
  const webauthn = Buffer.concat([sshString('webauthn-sk-ecdsa-sha2-nistp256@openssh.com'), onCurve.blob.subarray(38)]);
  expect(securityKeySigned(webauthn, MESSAGE, signed(onCurve, MESSAGE))).toBe(false);
});
