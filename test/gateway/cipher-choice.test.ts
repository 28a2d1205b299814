import { afterAll, beforeAll, expect, test } from 'vitest';
import { listeningGateway } from '../support/fake-controller.ts';
import { ssh } from '../support/openssh.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

let sshd: Sshd;
let port: number;

beforeAll(async () => {
  sshd = await startSshd();
  ({ port } = await listeningGateway(sshd));
});
afterAll(() => sshd.stop());

const ANSWERS = { password: 'correct horse', code: '123456' };

/** What OpenSSH says it uses towards the gateway, both ways. */
async function ciphersOf(...options: readonly string[]): Promise<{ code: number | null; ciphers: string[] }> {
  const run = ssh(['-v', '-o', 'LogLevel=DEBUG1', ...options, '-p', String(port), 'lin@127.0.0.1', 'true'], ANSWERS);
  const { code, stderr } = await run.exit;
  const said = [...stderr.toString().matchAll(/kex: (?:server->client|client->server) cipher: (\S+)/g)];
  return { code, ciphers: said.map((match) => match[1] ?? '') };
}

test('OpenSSH, which would rather have ChaCha20, gets the cipher the processor is built for (R37)', async () => {
  const { code, ciphers } = await ciphersOf();
  expect(code).toBe(0);
  expect(ciphers).toEqual(['aes128-gcm@openssh.com', 'aes128-gcm@openssh.com']);
});

test.each(['chacha20-poly1305@openssh.com', 'aes256-ctr', 'aes256-gcm@openssh.com'])(
  'one that was told to use nothing but %s gets that (R37)',
  async (cipher) => {
    const { code, ciphers } = await ciphersOf('-c', cipher);
    expect(code).toBe(0);
    expect(ciphers).toEqual([cipher, cipher]);
  },
);

test('keys are exchanged again under the same offer', async () => {
  const { code, ciphers } = await ciphersOf('-o', 'RekeyLimit=16K');
  expect(code).toBe(0);
  expect(new Set(ciphers)).toEqual(new Set(['aes128-gcm@openssh.com']));
});
