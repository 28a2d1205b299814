// A timestamp authority: OpenSSL's, behind HTTP, with certificates of its own.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

export interface TimestampAuthority {
  readonly url: string;
  /** PEM of its root, and of another that has nothing to do with it. */
  readonly root: string;
  readonly stranger: string;
  /** What it answers to a query, over HTTP or not. */
  reply(query: Buffer): Buffer;
  stop(): Promise<void>;
}

type Key = 'rsa' | 'ec';

const CONFIG = `[tsa]
default_tsa = it
[it]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ordering = yes
ess_cert_id_chain = yes
ess_cert_id_alg = sha256
`;

/** `folder` where it is not for one test alone: it fills it. */
export async function startTimestampAuthority(key: Key, folder = temporaryFolder()): Promise<TimestampAuthority> {
  const openssl = (...args: string[]): Buffer =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const newKey = key === 'rsa' ? ['-newkey', 'rsa:2048'] : ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const made = (name: string, ...more: string[]) =>
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-noenc',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      ...more,
    );
  made('root');
  made('stranger');
  made('intermediate', '-CA', 'root.pem', '-CAkey', 'root.key', '-addext', 'basicConstraints=critical,CA:TRUE');
  made(
    'tsa',
    '-CA',
    'intermediate.pem',
    '-CAkey',
    'intermediate.key',
    '-addext',
    'basicConstraints=CA:FALSE',
    '-addext',
    'extendedKeyUsage=critical,timeStamping',
  );
  writeFileSync(join(folder, 'tsa.conf'), CONFIG);
  writeFileSync(join(folder, 'serial'), '01\n');
  const reply = (query: Buffer): Buffer => {
    writeFileSync(join(folder, 'query'), query);
    openssl(
      'ts',
      '-reply',
      '-config',
      'tsa.conf',
      '-queryfile',
      'query',
      '-signer',
      'tsa.pem',
      '-inkey',
      'tsa.key',
      '-chain',
      'intermediate.pem',
      '-out',
      'reply',
    );
    return openssl('enc', '-in', 'reply');
  };
  const server = createServer((request, response) => {
    void request.toArray().then((pieces) => {
      const body = reply(Buffer.concat(pieces));
      response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    root: join(folder, 'root.pem'),
    stranger: join(folder, 'stranger.pem'),
    reply,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
