// The hybrid key exchange with ML-KEM, checked by a second implementation of what RFC 10042 says (R25).

import { createHash, createPublicKey, decapsulate, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listeningGateway } from '../support/fake-controller.ts';
import { scriptedTarget } from '../support/scripted-target.ts';
import {
  derived,
  ed25519Signed,
  exchangeHash,
  gcmPayload,
  kexInit,
  MESSAGE,
  sshString,
  sshStrings,
  type WireClient,
  wireClient,
} from '../support/ssh-wire.ts';
import { misbehave, outcome } from '../support/ssh2-client.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const METHOD = 'mlkem768x25519-sha256';
const [MLKEM_PUBLIC, CIPHERTEXT, X25519] = [1184, 1088, 32];
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

const open = async (target: Partial<Sshd> = {}) => (await listeningGateway({ ...sshd, ...target })).port;

function raw(key: ReturnType<typeof createPublicKey>, length: number): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-length);
}

function x25519Key(bytes: Buffer) {
  const prefix = Buffer.from('302a300506032b656e032100', 'hex');
  return createPublicKey({ key: Buffer.concat([prefix, bytes]), format: 'der', type: 'spki' });
}

/** Up to the client's own message; answers the two KEXINITs. */
async function begin(client: WireClient): Promise<{ readonly clientInit: Buffer; readonly serverInit: Buffer }> {
  const clientInit = kexInit({ kex: [METHOD, 'ext-info-c', 'kex-strict-c-v00@openssh.com'] });
  client.send(clientInit);
  return { clientInit, serverInit: await client.payload() };
}

const first = (part: Buffer) => Buffer.concat([Buffer.from([MESSAGE.kexFirst]), sshString(part)]);

test('the gateway signs and encrypts what RFC 10042 says, K hashed as a string (R25)', async () => {
  const client = await wireClient(await open());
  const { clientInit, serverInit } = await begin(client);
  expect(sshStrings(serverInit, 17)[0]?.toString().split(',')[0]).toBe(METHOD);
  const [mlkem, x25519] = [generateKeyPairSync('ml-kem-768'), generateKeyPairSync('x25519')];
  const clientPart = Buffer.concat([raw(mlkem.publicKey, MLKEM_PUBLIC), raw(x25519.publicKey, X25519)]);
  client.send(first(clientPart));
  const reply = await client.payload();
  expect(reply[0]).toBe(MESSAGE.kexReply);
  const [hostKey, serverPart, signature] = sshStrings(reply, 1) as [Buffer, Buffer, Buffer];
  expect(serverPart).toHaveLength(CIPHERTEXT + X25519);
  const postQuantum = decapsulate(mlkem.privateKey, serverPart.subarray(0, CIPHERTEXT));
  const classical = diffieHellman({
    privateKey: x25519.privateKey,
    publicKey: x25519Key(serverPart.subarray(CIPHERTEXT)),
  });
  const secret = sshString(createHash('sha256').update(postQuantum).update(classical).digest());
  const { serverIdent } = client;
  const hash = exchangeHash({ serverIdent, clientInit, serverInit, hostKey, clientPart, serverPart, secret });
  expect(ed25519Signed(hostKey, hash, signature)).toBe(true);
  expect((await client.payload())[0]).toBe(MESSAGE.newKeys);
  client.send(Buffer.from([MESSAGE.newKeys]));
  const [key, iv] = [derived(secret, hash, 'D', 32), derived(secret, hash, 'B', 12)];
  expect((await gcmPayload(client, key, iv))[0]).toBe(MESSAGE.extInfo);
  client.socket.destroy();
});

const goodMlkem = () => raw(generateKeyPairSync('ml-kem-768').publicKey, MLKEM_PUBLIC);
const goodX25519 = () => raw(generateKeyPairSync('x25519').publicKey, X25519);

test.each([
  ['nothing at all', () => Buffer.alloc(0)],
  ['no X25519 key', goodMlkem],
  ['a byte too few', () => Buffer.concat([goodMlkem(), goodX25519()]).subarray(1)],
  ['a byte too many', () => Buffer.concat([goodMlkem(), goodX25519(), Buffer.alloc(1)])],
  ['an X25519 point of small order', () => Buffer.concat([goodMlkem(), Buffer.alloc(X25519)])],
  ['an ML-KEM key with coefficients beyond q', () => Buffer.concat([Buffer.alloc(MLKEM_PUBLIC, 0xff), goodX25519()])],
])('%s in the client’s part ends the connection and nobody else’s (B4)', async (_what, part) => {
  const port = await open();
  const client = await wireClient(port);
  await begin(client);
  client.send(first(part()));
  const reply = await client.payload().catch(() => undefined);
  expect(reply?.[0] ?? MESSAGE.disconnect).toBe(MESSAGE.disconnect);
  const honest = misbehave(port);
  await honest.ready;
  honest.client.end();
});

test('both legs use it where the peer can (R25)', async () => {
  const target = await scriptedTarget(
    (channel) => {
      channel.write('hello\n');
      channel.exit(0);
      channel.end();
    },
    { kex: [METHOD] },
  );
  const client = misbehave(await open(target.place), undefined, { kex: [METHOD] });
  await client.ready;
  expect(await outcome(client.client, 'hi')).toMatchObject({ stdout: 'hello\n', status: 0 });
  client.client.end();
  target.stop();
});
