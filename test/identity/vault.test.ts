import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createVault } from '../../identity/vault/vault.ts';
import { Secret } from '../../store/core/secret.ts';

const vault = createVault(Secret.ofBytes(randomBytes(32)));

test('what is sealed opens again, whatever it is (R25)', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, context) => {
      const sealed = vault.seal(Secret.ofBytes(Buffer.from(bytes)), context);
      expect(vault.open(sealed, context).reveal()).toEqual(Buffer.from(bytes));
    }),
  );
});

test('another context, another key, and every altered byte is a fault (R25)', () => {
  const sealed = vault.seal(Secret.ofText('the server’s password'), 'credential:a');
  expect(() => vault.open(sealed, 'credential:b')).toThrow();
  expect(() => createVault(Secret.ofBytes(randomBytes(32))).open(sealed, 'credential:a')).toThrow();
  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const altered = Buffer.from(bytes);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(() => vault.open(`v1.${altered.toString('base64url')}`, 'credential:a'), `byte ${at}`).toThrow();
  }
  for (const wrong of ['', 'v1.', `v2.${sealed.slice(3)}`, 'v1.AAAA']) {
    expect(() => vault.open(wrong, 'credential:a')).toThrow('sealed value');
  }
});

test('the same secret is sealed differently each time, and the key must have 32 bytes (R25)', () => {
  expect(vault.seal(Secret.ofText('x'), 'c')).not.toBe(vault.seal(Secret.ofText('x'), 'c'));
  expect(() => createVault(Secret.ofBytes(randomBytes(16)))).toThrow('32 bytes');
});
