// What a certificate does not open: a stock OpenSSH server, its own client, and certificates that the controller really
// signed, for a key that the test knows because it plays the gateway (R1, R9, B13).

import { execFileSync } from 'node:child_process';
import type * as crypto from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ChannelRequest } from '../../approvals/access/gate.ts';
import { newId } from '../../store/core/ids.ts';
import { createWorld, EVERY_KIND, HOUR } from '../approvals/world.ts';
import { HEADS, linked, signedIn } from '../controller/played-gateway.ts';
import { onEachDatabase } from '../support/databases.ts';
import { gatewayUnderTest } from '../support/fake-controller.ts';
import { ssh } from '../support/openssh.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { signCertificate } from '../support/user-certificate.ts';

// What the gateway makes keys with; the test sees each of them.
const made = vi.hoisted((): crypto.KeyObject[] => []);
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof crypto>();
  return {
    ...real,
    generateKeyPairSync: (...args: unknown[]) => {
      const pair = Reflect.apply(real.generateKeyPairSync, undefined, args) as {
        readonly privateKey: crypto.KeyObject;
      };
      if (args[0] === 'ed25519' && args[1] === undefined) made.push(pair.privateKey);
      return pair;
    },
  };
});

const folder = mkdtempSync(join(tmpdir(), 'sluice-certificates-'));
const trusted = join(folder, 'trusted.pub');
let sshd: Sshd;
beforeAll(async () => {
  writeFileSync(trusted, '');
  sshd = await startSshd({ extra: `TrustedUserCAKeys ${trusted}\n` });
});
afterAll(async () => {
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A new key pair of ssh-keygen's. */
function keyPair() {
  const file = join(temporaryFolder(), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
  return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').split(' ')[1] ?? '' };
}

/** OpenSSH's own client, with that key and certificate and nothing else. */
async function directly(key: string, login: string, ...args: string[]) {
  const identity = ['-i', key, '-o', `CertificateFile=${key}-cert.pub`, '-o', 'PasswordAuthentication=no'];
  const run = ssh([
    ...identity,
    '-p',
    String(sshd.port),
    ...args.slice(0, -1),
    `${login}@127.0.0.1`,
    ...args.slice(-1),
  ]);
  run.child.stdin.end();
  const { code, stdout, stderr } = await run.exit;
  return { code, stdout: stdout.toString(), stderr: stderr.toString() };
}

onEachDatabase((under) => {
  /** Signs in as the engineer, opens that channel as a gateway does, and keeps its certificate beside the key. */
  async function captured(lastsMs: number, kind: ChannelRequest['kind'] = 'exec') {
    const at = await createWorld(under.current());
    await at.userCa.begin();
    writeFileSync(trusted, (await at.userCa.trusted()).map(({ line }) => `${line}\n`).join(''));
    // Made by now: what takes time on a busy machine is not part of the window.
    const windowEnd = Date.now() + lastsMs;
    at.clock.advance(windowEnd - 3 * HOUR - at.clock.now());
    const { accountId: targetAccountId } = await at.addTarget('web2', sshd.login, true);
    await at.open({
      windowStart: windowEnd - 2 * HOUR,
      windowEnd,
      channels: [{ targetAccountId, ...EVERY_KIND }],
    });
    const { gateway } = linked(at);
    // Signing in takes a new code, a minute later.
    at.clock.advance(Date.now() - 60_000 - at.clock.now());
    const login = await signedIn(at, gateway, `${sshd.login}+web2`);
    const selector = { by: 'names', login: sshd.login, target: 'web2' } as const;
    const command = kind === 'exec' ? 'echo in' : null;
    const { session } = await gateway.call('channel.request', { login, kind, selector, command, destination: null });
    await gateway.call('session.opened', { session, heads: HEADS });
    const { file, publicKey } = keyPair();
    const credential = await gateway.call('session.credential', { session, publicKey });
    if (credential.kind !== 'certificate') throw new Error(`expected a certificate, got ${credential.kind}`);
    writeFileSync(`${file}-cert.pub`, `ssh-ed25519-cert-v01@openssh.com ${credential.certificate}\n`);
    const [signed] = await at.evidence('certificate.signed');
    if (signed?.type !== 'certificate.signed') throw new Error('expected the event of the certificate');
    return { at, file, signed: signed.details };
  }

  test('the same certificate opens within the window, and not one second after it (R1)', async () => {
    const { file, signed } = await captured(10_000);
    expect(await directly(file, sshd.login, 'echo in')).toMatchObject({ code: 0, stdout: 'in\n' });
    expect(Date.now()).toBeLessThan(signed.validUntil);
    await expect.poll(() => Date.now(), { timeout: 30_000 }).toBeGreaterThanOrEqual(signed.validUntil + 1000);
    const said = sshd.log().length;
    expect(await directly(file, sshd.login, 'echo in')).toMatchObject({ code: 255, stdout: '' });
    expect(sshd.log().slice(said)).toContain('Certificate invalid: expired');
  });

  test('another login, another key and another CA open nothing with it (R9, B13)', async () => {
    const { at, file } = await captured(10 * 60_000);
    expect(await directly(file, sshd.login, 'echo in')).toMatchObject({ code: 0, stdout: 'in\n' });
    const said = sshd.log().length;
    expect(await directly(file, 'daemon', 'echo in')).toMatchObject({ code: 255, stdout: '' });
    expect(sshd.log().slice(said)).toContain('Certificate invalid: name is not a listed principal');
    const other = keyPair();
    writeFileSync(`${other.file}-cert.pub`, readFileSync(`${file}-cert.pub`));
    expect(await directly(other.file, sshd.login, 'echo in')).toMatchObject({ code: 255, stdout: '' });
    at.clock.advance(1000);
    await at.userCa.prepare();
    await at.userCa.switch();
    const [next] = await at.userCa.trusted();
    writeFileSync(trusted, `${next?.line}\n`);
    expect(await directly(file, sshd.login, 'echo in')).toMatchObject({ code: 255, stdout: '' });
  });

  test('a certificate for files allows neither a terminal nor forwarding (R40)', async () => {
    const { file } = await captured(10 * 60_000, 'sftp');
    const terminal = await directly(file, sshd.login, '-tt', 'tty');
    expect(terminal.stdout + terminal.stderr).toMatch(/PTY allocation request failed|not a tty/);
    const said = sshd.log().length;
    const forward = await directly(file, sshd.login, '-W', `127.0.0.1:${sshd.port}`, '-N');
    expect(forward).toMatchObject({ code: 255, stdout: '' });
    expect(sshd.log().slice(said)).toContain('refused local port forward');
  });
});

describe('the gateway', () => {
  const answers = { password: 'correct horse', code: '123456' };

  test('says that the target refused, where it does not trust the CA (R1)', async () => {
    const stock = await startSshd();
    const gateway = await gatewayUnderTest(stock, {
      handlers: { 'session.credential': async ({ publicKey }) => signCertificate(publicKey, stock.login) },
    });
    const { port } = await gateway.controller.call('listen', { sources: ['127.0.0.1'] });
    const { code, stdout, stderr } = await ssh(['-p', String(port), 'lin@127.0.0.1', 'echo in'], answers).exit;
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 69, stdout: '' });
    expect(stderr.toString()).toContain('the target refused the credential');
    await gateway.hear('session.ended', ({ reason }) => reason === 'target-refused');
    await stock.stop();
  });

  test('keeps the private half of its key in memory: no file and no message has it (R25)', async () => {
    const ca = keyPair();
    writeFileSync(trusted, readFileSync(`${ca.file}.pub`));
    const gateway = await gatewayUnderTest(sshd, {
      handlers: { 'session.credential': async ({ publicKey }) => signCertificate(publicKey, sshd.login, ca.file) },
    });
    const { port } = await gateway.controller.call('listen', { sources: ['127.0.0.1'] });
    made.length = 0;
    for (const line of ['echo first', 'echo second']) {
      const { stdout, stderr } = await ssh(['-p', String(port), 'lin@127.0.0.1', line], answers).exit;
      expect(stdout.toString(), stderr.toString()).toBe(`${line.slice(5)}\n`);
    }
    await gateway.quiet();
    const sent = gateway.told.filter(({ name }) => name === 'session.credential').map(({ params }) => params.publicKey);
    const seeds = made.flatMap((key) => {
      const { d = '', x = '' } = key.export({ format: 'jwk' });
      const isSent = sent.some((blob) => Buffer.from(String(blob), 'base64').subarray(-32).equals(b64(x)));
      return isSent ? [b64(d)] : [];
    });
    // One for each opening, fresh.
    expect(new Set(seeds.map((seed) => seed.toString('hex'))).size).toBe(2);
    const places = [
      Buffer.from(JSON.stringify(gateway.told)),
      ...filesBelow(gateway.recordings).map((f) => readFileSync(f)),
    ];
    expect(places.length).toBeGreaterThan(2);
    for (const place of places) for (const seed of seeds) expect(holds(place, seed)).toBe(false);
  });

  test('takes no certificate of another key, nor bytes that are none (B13)', async () => {
    const other = keyPair().publicKey;
    for (const certificate of [signCertificate(other, sshd.login).certificate, '', 'AAAAAAAA', other]) {
      const gateway = await gatewayUnderTest(sshd, {
        handlers: { 'session.credential': async () => ({ kind: 'certificate', certificate }) },
        grant: { session: newId('ses') },
      });
      const { port } = await gateway.controller.call('listen', { sources: ['127.0.0.1'] });
      const said = sshd.log();
      const { code, stdout } = await ssh(['-p', String(port), 'lin@127.0.0.1', 'echo in'], answers).exit;
      expect(code).not.toBe(0);
      expect(stdout.length).toBe(0);
      expect(sshd.log()).toBe(said);
    }
  });
});

const b64 = (text: string) => Buffer.from(text, 'base64url');

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile());
}

function holds(bytes: Buffer, secret: Buffer): boolean {
  const forms = (['base64', 'base64url', 'hex'] as const).map((form) => secret.toString(form).replace(/=+$/, ''));
  return bytes.includes(secret) || forms.some((form) => bytes.includes(form));
}
