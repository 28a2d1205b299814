// A FIDO token in software, and the agent in front of it: what OpenSSH's client talks to when a key lies in hardware.

import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { sshString, sshStrings } from './ssh-wire.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface SecurityKey {
  readonly type: string;
  /** The public key's wire form. */
  readonly blob: Buffer;
  /** The signature's wire form. */
  sign(message: Buffer, said?: Partial<Said>): Buffer;
}

export interface Said {
  readonly flags: number;
  readonly counter: number;
  readonly application: string;
  readonly privateKey: KeyObject;
}

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest();

export function ed25519Token(application = 'ssh:'): SecurityKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const type = 'sk-ssh-ed25519@openssh.com';
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const blob = Buffer.concat([sshString(type), sshString(point), sshString(application)]);
  return token(type, blob, { flags: 1, counter: 7, application, privateKey }, (data, key) => sign(null, data, key));
}

export function ecdsaToken(application = 'ssh:'): SecurityKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const type = 'sk-ecdsa-sha2-nistp256@openssh.com';
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);
  const blob = Buffer.concat([sshString(type), sshString('nistp256'), sshString(point), sshString(application)]);
  return token(type, blob, { flags: 1, counter: 7, application, privateKey }, (data, key) => {
    const pair = sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
    return Buffer.concat([sshString(mpint(pair.subarray(0, 32))), sshString(mpint(pair.subarray(32)))]);
  });
}

function token(
  type: string,
  blob: Buffer,
  usual: Said,
  signature: (data: Buffer, key: KeyObject) => Buffer,
): SecurityKey {
  return {
    type,
    blob,
    sign(message, said = {}) {
      const { flags, counter, application, privateKey } = { ...usual, ...said };
      const tail = Buffer.alloc(5, flags);
      tail.writeUInt32BE(counter, 1);
      const data = Buffer.concat([sha256(application), tail, sha256(message)]);
      return Buffer.concat([sshString(type), sshString(signature(data, privateKey)), tail]);
    },
  };
}

function mpint(number: Buffer): Buffer {
  const short = number.subarray(number.findIndex((byte) => byte !== 0));
  return (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), short]) : short;
}

const [IDENTITIES, IDENTITIES_ANSWER, SIGN, SIGN_ANSWER, FAILURE] = [11, 12, 13, 14, 5];

/** An ssh-agent with one key (draft-ietf-sshm-ssh-agent); answers its socket's path. */
export async function agentOf(key: SecurityKey, said: Partial<Said> = {}): Promise<{ path: string; stop(): void }> {
  const path = join(temporaryFolder(), 'agent');
  const server = createServer((socket) => {
    let held = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      held = Buffer.concat([held, bytes]);
      while (held.length >= 4 && held.length >= 4 + held.readUInt32BE()) {
        const length = held.readUInt32BE();
        socket.write(sshString(answer(key, said, held.subarray(4, 4 + length))));
        held = held.subarray(4 + length);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { path, stop: () => server.close() };
}

function answer(key: SecurityKey, said: Partial<Said>, request: Buffer): Buffer {
  if (request[0] === IDENTITIES) {
    const one = Buffer.from([IDENTITIES_ANSWER ?? 0, 0, 0, 0, 1]);
    return Buffer.concat([one, sshString(key.blob), sshString('token')]);
  }
  if (request[0] === SIGN) {
    const [, data] = sshStrings(request, 1);
    return Buffer.concat([Buffer.from([SIGN_ANSWER ?? 0]), sshString(key.sign(data ?? Buffer.alloc(0), said))]);
  }
  return Buffer.from([FAILURE ?? 0]);
}
