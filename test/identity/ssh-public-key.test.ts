import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSshPublicKey } from '../../identity/ssh-public-key.ts';
import { Refusal } from '../../store/core/refusal.ts';
import { ed25519Line, wire } from './cast.ts';

const parse = (line: string) => parseSshPublicKey(line, { leastRsaBits: 3072, securityKeys: true });

function codeOf(line: string): string {
  try {
    parse(line);
    return 'accepted';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

test.each([
  ['ed25519', []],
  ['ecdsa', ['-b', '256']],
  ['ecdsa', ['-b', '384']],
  ['ecdsa', ['-b', '521']],
  ['rsa', ['-b', '3072']],
])('a key made by ssh-keygen -t %s %j is read, with the fingerprint ssh-keygen prints (R15)', (type, bits) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-key-'));
  try {
    const file = join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', type, ...bits, '-N', '', '-C', '张工 laptop', '-f', file]);
    const key = parse(readFileSync(`${file}.pub`, 'utf8'));
    const printed = execFileSync('ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' });
    expect(printed).toContain(key.fingerprint);
    expect(key.comment).toBe('张工 laptop');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const line = (algorithm: string, ...fields: (string | Buffer)[]) =>
  `${algorithm} ${wire(algorithm, ...fields).toString('base64')}`;
const rsa = (bits: number) => {
  const { n, e } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
  return { n: Buffer.from(n ?? '', 'base64url'), e: Buffer.from(e ?? '', 'base64url') };
};
const zero = Buffer.from([0]);
const { n, e } = rsa(3072);
const weak = rsa(2048);
const point = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .publicKey.export({ type: 'spki', format: 'der' })
  .subarray(-65);

test.each([
  ['accepted', line('ssh-rsa', e, Buffer.concat([zero, n]))],
  ['key.too-short', line('ssh-rsa', weak.e, Buffer.concat([zero, weak.n]))],
  ['key.invalid', line('ssh-rsa', e, n)], // a negative number
  ['key.invalid', line('ssh-rsa', e, Buffer.concat([zero, zero, n]))], // not its shortest form
  ['key.invalid', line('ssh-rsa', Buffer.from([1]), Buffer.concat([zero, n]))],
  ['key.invalid', line('ssh-rsa', e, Buffer.concat([zero, n]), 'more')],
  ['key.invalid', line('ssh-ed25519', Buffer.alloc(31))],
  ['key.invalid', line('ssh-ed25519', Buffer.alloc(32), 'more')],
  ['key.invalid', line('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(65, 4))], // not on the curve
  ['key.invalid', line('ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(65, 4))],
  ['key.invalid', `ssh-rsa ${ed25519Line().blob}`], // says one thing, is another
  ['key.invalid', `command="rm" ${ed25519Line().line}`],
  ['key.invalid', `${ed25519Line().line}\n${ed25519Line().line}`],
  ['key.invalid', `${ed25519Line().line.slice(0, 40)}`],
  ['key.invalid', ''],
  ['key.algorithm-refused', line('ssh-dss', 'p', 'q', 'g', 'y')],
  ['key.algorithm-refused', line('ssh-ed25519-cert-v01@openssh.com', 'nonce', Buffer.alloc(32))],
  ['accepted', line('sk-ssh-ed25519@openssh.com', point, 'ssh:')],
  ['accepted', line('sk-ssh-ed25519@openssh.com', point, 'ssh:sluice')],
  ['accepted', line('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', p256, 'ssh:')],
  ['key.invalid', line('sk-ssh-ed25519@openssh.com', point)], // made for nothing
  ['key.invalid', line('sk-ssh-ed25519@openssh.com', point, 'https://example.org')],
  ['key.invalid', line('sk-ssh-ed25519@openssh.com', point, 'ssh:', 'more')],
  ['key.invalid', line('sk-ssh-ed25519@openssh.com', Buffer.alloc(31), 'ssh:')],
  ['key.invalid', line('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp384', p256, 'ssh:')],
  ['key.algorithm-refused', line('sk-ssh-ed25519-cert-v01@openssh.com', 'nonce', point)],
  ['key.invalid', line('sk-ecdsa-sha2-nistp384@openssh.com', 'nistp384', p256, 'ssh:')],
  ['key.is-private', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl'],
])('%s (R15): %s', (code, text) => {
  expect(codeOf(text)).toBe(code);
});

test('a security key is a person’s, never a server’s (B10)', () => {
  const key = line('sk-ssh-ed25519@openssh.com', point, 'ssh:');
  expect(() => parseSshPublicKey(key, { leastRsaBits: 3072, securityKeys: false })).toThrow(
    expect.objectContaining({ code: 'key.algorithm-refused' }),
  );
});

test('no text makes the parser do anything but accept or refuse', () => {
  const { blob } = ed25519Line();
  const near = fc
    .array(fc.nat(blob.length - 1))
    .map((cuts) => `ssh-ed25519 ${cuts.reduce((b, at) => b.slice(0, at) + b.slice(at + 1), blob)}`);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        near,
        fc.base64String().map((b) => `ssh-rsa ${b}`),
      ),
      (text) => void codeOf(text),
    ),
  );
});
