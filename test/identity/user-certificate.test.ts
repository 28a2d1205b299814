// The encoder of certificates against OpenSSH itself: the same bytes as ssh-keygen writes, and what it reads in ours.

import { execFileSync } from 'node:child_process';
import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import {
  CERTIFICATE_ALGORITHM,
  EXTENSIONS,
  ed25519Blob,
  encodeUserCertificate,
  type UserCertificate,
} from '../../identity/certificates/user-certificate.ts';
import { sshStrings } from '../support/ssh-wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);
for (const name of ['ca', 'user']) {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file(name)]);
}
const blobOf = (name: string) => Buffer.from(readFileSync(file(name), 'utf8').split(' ')[1] ?? '', 'base64');
const [CA, USER] = [blobOf('ca.pub'), blobOf('user.pub')];
const caKey = privateKeyOf(readFileSync(file('ca'), 'utf8'));
const signing = (bytes: Buffer) => sign(null, bytes, caKey);

const SAMPLE: UserCertificate = {
  nonce: randomBytes(32),
  publicKey: USER,
  serial: 42n,
  keyId: 'sluice/BG-20260312-01/ses_1/lin',
  principals: ['root'],
  validAfter: 1_700_000_000,
  validBefore: 1_700_003_600,
  extensions: [],
  signer: CA,
};

/** The seed stands in OpenSSH's own format behind the public key, followed by it once more (PROTOCOL.key). */
function privateKeyOf(pem: string): KeyObject {
  const bytes = Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64');
  const at = bytes.lastIndexOf(CA.subarray(-32)) - 32;
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), bytes.subarray(at, at + 32)]);
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}

/** What ssh-keygen reads in it. */
function listed(certificate: Buffer): string {
  writeFileSync(file('ours-cert.pub'), `${CERTIFICATE_ALGORITHM} ${certificate.toString('base64')}\n`);
  return execFileSync('ssh-keygen', ['-L', '-f', file('ours-cert.pub')], { encoding: 'utf8', env: { TZ: 'UTC' } });
}

test.each([[[]], [['permit-pty']], [['permit-port-forwarding']], [['permit-port-forwarding', 'permit-pty']]] as const)(
  'with the extensions %j it is to the byte what ssh-keygen signs (R15)',
  (extensions) => {
    const options = ['clear', ...extensions].flatMap((name) => ['-O', name]);
    const validity = ['-V', '20260312120000Z:20260312130000Z', '-z', '9007199254740993'];
    const names = ['-I', SAMPLE.keyId, '-n', 'root,www-data'];
    execFileSync('ssh-keygen', ['-q', '-s', file('ca'), ...names, ...validity, ...options, file('user.pub')]);
    const theirs = blobOf('user-cert.pub');
    const ours = encodeUserCertificate(
      {
        ...SAMPLE,
        nonce: sshStrings(theirs, 0)[1] ?? Buffer.alloc(0),
        serial: 9007199254740993n,
        principals: ['root', 'www-data'],
        validAfter: Date.UTC(2026, 2, 12, 12) / 1000,
        validBefore: Date.UTC(2026, 2, 12, 13) / 1000,
        extensions,
      },
      signing,
    );
    expect(ours.toString('hex')).toBe(theirs.toString('hex'));
  },
);

test('ssh-keygen reads in ours what was written (R15)', () => {
  const text = listed(encodeUserCertificate({ ...SAMPLE, extensions: ['permit-pty'] }, signing));
  for (const line of [
    'Type: ssh-ed25519-cert-v01@openssh.com user certificate',
    'Key ID: "sluice/BG-20260312-01/ses_1/lin"',
    'Serial: 42',
    'Valid: from 2023-11-14T22:13:20 to 2023-11-14T23:13:20',
    'Critical Options: (none)',
  ]) {
    expect(text).toContain(line);
  }
  expect(text).toMatch(/Principals: \n +root\n/);
  expect(text).toMatch(/Extensions: \n +permit-pty\n$/);
});

const principal = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._@\\-]{0,63}$/);
const anyCertificate: fc.Arbitrary<UserCertificate> = fc.record({
  nonce: fc.uint8Array({ minLength: 16, maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  publicKey: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((raw) => ed25519Blob(Buffer.from(raw))),
  serial: fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }),
  keyId: fc.stringMatching(/^[\x21-\x7e]{1,255}$/),
  principals: fc.array(principal, { minLength: 1, maxLength: 5 }),
  validAfter: fc.integer({ min: 1, max: 2 ** 40 }),
  validBefore: fc.integer({ min: 2 ** 40 + 1, max: 2 ** 41 }),
  extensions: fc.subarray([...EXTENSIONS]),
  signer: fc.constant(CA),
});

test('every field comes back, whatever it is, and the signature is over all of them', () => {
  fc.assert(
    fc.property(anyCertificate, (certificate) => {
      let over = Buffer.alloc(0);
      const bytes = encodeUserCertificate(certificate, (body) => {
        over = Buffer.from(body);
        return Buffer.alloc(64, 7);
      });
      expect(decoded(bytes)).toEqual({ ...certificate, extensions: [...certificate.extensions].sort() });
      expect(bytes.subarray(0, over.length)).toEqual(over);
      expect(bytes.length - over.length).toBe(4 + 4 + 'ssh-ed25519'.length + 4 + 64);
    }),
  );
});

function decoded(bytes: Buffer): UserCertificate {
  let at = 0;
  const take = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const string = () => take(take(4).readUInt32BE());
  const seconds = () => Number(take(8).readBigUInt64BE());
  expect(string().toString()).toBe(CERTIFICATE_ALGORITHM);
  const nonce = Buffer.from(string());
  const publicKey = ed25519Blob(string());
  const serial = take(8).readBigUInt64BE();
  expect(take(4).readUInt32BE(), 'a user’s, not a host’s').toBe(1);
  const keyId = string().toString();
  const principals = sshStrings(string(), 0).map(String);
  const [validAfter, validBefore] = [seconds(), seconds()];
  expect(string(), 'critical options').toHaveLength(0);
  const extensions = sshStrings(string(), 0);
  expect(string(), 'reserved').toHaveLength(0);
  const signer = Buffer.from(string());
  const [algorithm, signature, ...more] = sshStrings(string(), 0);
  expect([algorithm?.toString(), signature?.length, more, at]).toEqual(['ssh-ed25519', 64, [], bytes.length]);
  const names = extensions.filter((_, n) => n % 2 === 0).map(String) as UserCertificate['extensions'];
  expect(extensions.filter((_, n) => n % 2 === 1).every((data) => data.length === 0)).toBe(true);
  return { nonce, publicKey, serial, keyId, principals, validAfter, validBefore, extensions: names, signer };
}

test.each([
  ['no principal', { principals: [] }],
  ['a principal with a comma', { principals: ['root,oracle'] }],
  ['a principal with a line break', { principals: ['root\n'] }],
  ['a principal with a zero byte', { principals: ['root\0'] }],
  ['a principal with a wildcard', { principals: ['*'] }],
  ['an empty principal', { principals: ['root', ''] }],
  ['a short nonce', { nonce: Buffer.alloc(15) }],
  ['the serial nought', { serial: 0n }],
  ['a serial of 65 bits', { serial: 1n << 64n }],
  ['a key id with a line break', { keyId: 'a\nb' }],
  ['no key id', { keyId: '' }],
  ['an end before its beginning', { validBefore: SAMPLE.validAfter }],
  ['a time that is no whole second', { validBefore: SAMPLE.validBefore + 0.5 }],
  ['no end', { validBefore: Number.POSITIVE_INFINITY }],
  ['an extension twice', { extensions: ['permit-pty', 'permit-pty'] as const }],
  ['another kind of key', { publicKey: Buffer.concat([ed25519Blob(Buffer.alloc(32)), Buffer.alloc(1)]) }],
] satisfies readonly (readonly [string, Partial<UserCertificate>])[])('%s is not signed (B13)', (_, change) => {
  let asked = 0;
  const counting = () => {
    asked += 1;
    return Buffer.alloc(64);
  };
  expect(() => encodeUserCertificate({ ...SAMPLE, ...change }, counting)).toThrow('expected');
  expect(asked).toBe(0);
});
