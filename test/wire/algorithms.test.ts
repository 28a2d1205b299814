// What is agreed on, and with whom (B3, R25): an audit's word, strict key exchange, no compression, real clients.

import { execFile } from 'node:child_process';
import { createDecipheriv, createHmac, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostKeyLines } from '../../bastion/cli/host-key-lines.ts';
import { newRsaHostKey, newSshKeyPair } from '../../bastion/cli/ssh-key-pair.ts';
import { listeningGateway } from '../support/fake-controller.ts';
import {
  derived,
  exchangeHash,
  kexInit,
  type Lists,
  MESSAGE,
  sshString,
  sshStrings,
  type WireClient,
  wireClient,
} from '../support/ssh-wire.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const hostKeys = [newSshKeyPair().private, newRsaHostKey()];
const STRICT = 'kex-strict-c-v00@openssh.com';
const CLASSICAL: Lists = { kex: ['curve25519-sha256', 'ext-info-c', STRICT] };
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

const open = () => listeningGateway(sshd, { hostKeys });

const listsOf = (init: Buffer) => sshStrings(init.subarray(0, -5), 17).map((list) => list.toString().split(','));

test('ssh-audit finds no failure and no warning (B3)', async () => {
  const { port } = await open();
  const audit = promisify(execFile)('ssh-audit', ['-n', '-l', 'warn', '-p', String(port), '127.0.0.1']);
  // Its exit status says the same as what it prints.
  const { stdout } = await audit.catch((ended: { stdout: string }) => ended);
  const complaints = stdout.split('\n').filter((line) => /\[(warn|fail)\]/.test(line));
  // Names that are younger than Debian's ssh-audit.
  const young = /^\(kex\) (mlkem768x25519-sha256|kex-strict-s-v00@openssh\.com) +-- \[warn\] unknown algorithm$/;
  expect(complaints.filter((line) => !young.test(line))).toEqual([]);
  expect(stdout).toContain('mlkem768x25519-sha256');
});

test('the gateway offers strict key exchange and no compression, to clients and to targets (B3)', async () => {
  const { gateway, port } = await open();
  const client = await wireClient(port);
  const [kex, , , , , , ...compression] = listsOf(await client.payload());
  expect(kex).toContain('kex-strict-s-v00@openssh.com');
  expect(compression.slice(0, 2)).toEqual([['none'], ['none']]);
  client.socket.destroy();

  const said = Promise.withResolvers<Buffer>();
  const target = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('SSH-2.0-target\r\n');
    let held = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      held = Buffer.concat([held, bytes]);
      const at = held.indexOf('\n') + 1;
      if (at > 0 && held.length >= at + 4 && held.length >= at + 4 + held.readUInt32BE(at)) {
        said.resolve(held.subarray(at + 5, at + 4 + held.readUInt32BE(at) - (held[at + 4] ?? 0)));
        socket.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const place = { host: '127.0.0.1', port: (target.address() as AddressInfo).port, allowLoopback: true };
  await expect(gateway.controller.call('target.scan', place)).rejects.toThrow();
  const [toTarget, , , , , , ...toTargetCompression] = listsOf(await said.promise);
  expect(toTarget?.[0]).toBe('mlkem768x25519-sha256');
  expect(toTarget).toContain(STRICT);
  expect(toTargetCompression.slice(0, 2)).toEqual([['none'], ['none']]);
  target.close();
});

const ignore = Buffer.concat([Buffer.from([2]), sshString('padding of an attacker')]);
const part = Buffer.concat([Buffer.from([MESSAGE.kexFirst]), sshString(Buffer.alloc(32, 9))]);

test.each([
  ['before the first KEXINIT', (client: WireClient) => client.send(ignore, kexInit(CLASSICAL))],
  ['after it', (client: WireClient) => client.send(kexInit(CLASSICAL), ignore, part)],
])('a packet slipped in %s ends the connection (B3)', async (_when, act) => {
  const { port } = await open();
  const client = await wireClient(port);
  await client.payload();
  act(client);
  const next = await client.payload().catch(() => undefined);
  expect(next?.[0] ?? MESSAGE.disconnect).toBe(MESSAGE.disconnect);
});

test.each([
  ['compression', { compress: ['zlib', 'zlib@openssh.com'] }],
  ['SHA-1 as MAC', { cipher: ['aes256-ctr'], mac: ['hmac-sha1', 'hmac-sha1-etm@openssh.com'] }],
  ['a SHA-1 signature', { hostKey: ['ssh-rsa'] }],
  ['CBC', { cipher: ['aes256-cbc', '3des-cbc'] }],
  ['group exchange', { kex: ['diffie-hellman-group-exchange-sha256', 'diffie-hellman-group14-sha1'] }],
])('a client that can do nothing but %s is sent away (B3)', async (_what, lists) => {
  const { port } = await open();
  const client = await wireClient(port);
  await client.payload();
  client.send(kexInit({ ...CLASSICAL, ...lists }), part);
  const next = await client.payload().catch(() => undefined);
  expect(next?.[0] ?? MESSAGE.disconnect).toBe(MESSAGE.disconnect);
});

test('packets are counted from zero after the keys changed: what was slipped in before shows (B3)', async () => {
  const { port } = await open();
  const client = await wireClient(port);
  const lists = { ...CLASSICAL, cipher: ['aes256-ctr'], mac: ['hmac-sha2-256-etm@openssh.com'] };
  const [clientInit, serverInit] = [kexInit(lists), await client.payload()];
  const pair = generateKeyPairSync('x25519');
  const clientPart = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  client.send(clientInit, Buffer.concat([Buffer.from([MESSAGE.kexFirst]), sshString(clientPart)]));
  const [hostKey, serverPart] = sshStrings(await client.payload(), 1) as [Buffer, Buffer];
  expect((await client.payload())[0]).toBe(MESSAGE.newKeys);
  client.send(Buffer.from([MESSAGE.newKeys]));
  const shared = diffieHellman({
    privateKey: pair.privateKey,
    publicKey: createPublicKey({
      key: Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), serverPart]),
      format: 'der',
      type: 'spki',
    }),
  });
  const secret = sshString(mpint(shared));
  const { serverIdent } = client;
  const hash = exchangeHash({ serverIdent, clientInit, serverInit, hostKey, clientPart, serverPart, secret });
  const head = await client.bytes(4);
  const body = await client.bytes(head.readUInt32BE());
  const key = derived(secret, hash, 'F', 32);
  const mac = (sequence: number) =>
    createHmac('sha256', key).update(uint32(sequence)).update(head).update(body).digest();
  expect(await client.bytes(32)).toEqual(mac(0));
  const decipher = createDecipheriv('aes-256-ctr', derived(secret, hash, 'D', 32), derived(secret, hash, 'B', 16));
  expect(decipher.update(body)[1]).toBe(MESSAGE.extInfo);
  client.socket.destroy();
});

function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

function mpint(number: Buffer): Buffer {
  const short = number.subarray(number.findIndex((byte) => byte !== 0));
  return (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), short]) : short;
}

const PARAMIKO = `
import sys, paramiko
transport = paramiko.Transport(('127.0.0.1', int(sys.argv[1])))
transport.start_client(timeout=20)
try:
    transport.auth_password('lin', 'x')
except paramiko.SSHException:
    pass
transport.close()
`;
const plainSsh = ['-F', '/dev/null', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'];

// A name arrives only after both sides agreed and the client checked the host key's signature.
test.each([
  ['OpenSSH', 'ssh', [...plainSsh, '-p', 'PORT', 'lin@127.0.0.1', 'true']],
  [
    'OpenSSH, by the RSA key',
    'ssh',
    [...plainSsh, '-o', 'HostKeyAlgorithms=rsa-sha2-512', '-p', 'PORT', 'lin@127.0.0.1'],
  ],
  ['PuTTY', 'plink', ['-batch', '-hostkey', 'FINGERPRINT', '-P', 'PORT', '-pw', 'x', 'lin@127.0.0.1', 'true']],
  ['Dropbear', 'dbclient', ['-y', '-y', '-p', 'PORT', 'lin@127.0.0.1', 'true']],
  ['paramiko', '/usr/bin/python3', ['-c', PARAMIKO, 'PORT']],
])('%s and the gateway agree, and the login begins (R37)', async (_name, program, args) => {
  const { gateway, port } = await open();
  const { fingerprint } = hostKeyLines(hostKeys[0] ?? '', 'gate');
  const words: Record<string, string> = { PORT: String(port), FINGERPRINT: fingerprint.split(' ')[1] ?? '' };
  const env = {
    PATH: process.env.PATH,
    HOME: temporaryFolder(),
    DROPBEAR_PASSWORD: 'x',
    SSH_ASKPASS: '/bin/echo',
    SSH_ASKPASS_REQUIRE: 'force',
  };
  const ended = promisify(execFile)(
    program,
    args.map((arg) => words[arg] ?? arg),
    { env },
  );
  ended.child.stdin?.end();
  ended.catch(() => undefined);
  const gaveUp = ended.catch(() => undefined).then(() => Promise.reject(new Error('it gave up')));
  await Promise.race([gateway.hear('login.start', ({ name }) => name === 'lin'), gaveUp]);
  gaveUp.catch(() => undefined);
  ended.child.kill();
});
