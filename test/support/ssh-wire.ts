// The SSH transport written down a second time, from the RFCs and apart from ssh2: enough of a client to make a key
// exchange, check what the server signed, and read its first encrypted packet.

import { createDecipheriv, createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export const MESSAGE = { disconnect: 1, extInfo: 7, kexInit: 20, newKeys: 21, kexFirst: 30, kexReply: 31 } as const;

/** `string` of RFC 4251 section 5. */
export function sshString(bytes: Buffer | string): Buffer {
  const data = Buffer.from(bytes as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, data]);
}

/** The strings a payload consists of, from `at` on. */
export function sshStrings(payload: Buffer, at: number): Buffer[] {
  const found: Buffer[] = [];
  for (let offset = at; offset + 4 <= payload.length; ) {
    const length = payload.readUInt32BE(offset);
    found.push(payload.subarray(offset + 4, offset + 4 + length));
    offset += 4 + length;
  }
  return found;
}

/** A packet before any encryption, RFC 4253 section 6. */
export function plainPacket(payload: Buffer): Buffer {
  const padding = 8 - ((payload.length + 5) % 8) + (8 - ((payload.length + 5) % 8) < 4 ? 8 : 0);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(payload.length + padding + 1);
  head[4] = padding;
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}

export interface Lists {
  readonly kex: readonly string[];
  readonly hostKey?: readonly string[];
  readonly cipher?: readonly string[];
  readonly mac?: readonly string[];
  readonly compress?: readonly string[];
}

/** SSH_MSG_KEXINIT, RFC 4253 section 7.1. */
export function kexInit(lists: Lists): Buffer {
  const { hostKey = ['ssh-ed25519'], cipher = ['aes256-gcm@openssh.com'], mac = ['hmac-sha2-256'] } = lists;
  const compress = lists.compress ?? ['none'];
  const names = [lists.kex, hostKey, cipher, cipher, mac, mac, compress, compress, [], []];
  return Buffer.concat([
    Buffer.from([MESSAGE.kexInit]),
    randomBytes(16),
    ...names.map((list) => sshString(list.join(','))),
    Buffer.alloc(5),
  ]);
}

export const IDENT = 'SSH-2.0-second_opinion';

export interface WireClient {
  readonly socket: Socket;
  readonly serverIdent: string;
  /** The next whole packet's payload, while nothing is encrypted. */
  payload(): Promise<Buffer>;
  /** That many raw bytes. */
  bytes(count: number): Promise<Buffer>;
  send(...payloads: Buffer[]): void;
}

/** Connects and exchanges the first lines. Everything read rejects once the server has hung up. */
export async function wireClient(port: number): Promise<WireClient> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let held = Buffer.alloc(0);
  let over = false;
  let wake = (): void => {};
  socket.on('data', (bytes: Buffer) => {
    held = Buffer.concat([held, bytes]);
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    over = true;
    wake();
  });
  const take = async (enough: () => number | undefined): Promise<Buffer> => {
    for (;;) {
      const count = enough();
      if (count !== undefined) {
        const taken = held.subarray(0, count);
        held = held.subarray(count);
        return taken;
      }
      if (over) throw new Error('the server hung up');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const bytes = (count: number) => take(() => (held.length >= count ? count : undefined));
  const line = await take(() => (held.indexOf('\n') === -1 ? undefined : held.indexOf('\n') + 1));
  socket.write(`${IDENT}\r\n`);
  return {
    socket,
    serverIdent: line.toString('latin1').trimEnd(),
    bytes,
    async payload() {
      const length = (await bytes(4)).readUInt32BE();
      const packet = await bytes(length);
      return packet.subarray(1, packet.length - (packet[0] ?? 0));
    },
    send: (...payloads) => socket.write(Buffer.concat(payloads.map(plainPacket))),
  };
}

export interface Exchange {
  readonly serverIdent: string;
  readonly clientInit: Buffer;
  readonly serverInit: Buffer;
  readonly hostKey: Buffer;
  readonly clientPart: Buffer;
  readonly serverPart: Buffer;
  /** As it is hashed: already an mpint or a string, length and all. */
  readonly secret: Buffer;
}

/** H of RFC 5656 section 4, with SHA-256. */
export function exchangeHash(of: Exchange): Buffer {
  const parts = [IDENT, of.serverIdent, of.clientInit, of.serverInit, of.hostKey, of.clientPart, of.serverPart];
  return createHash('sha256')
    .update(Buffer.concat([...parts.map(sshString), of.secret]))
    .digest();
}

/** RFC 4253 section 7.2, for the first exchange of a connection. */
export function derived(secret: Buffer, hash: Buffer, letter: string, length: number): Buffer {
  const key = createHash('sha256').update(secret).update(hash).update(letter).update(hash).digest();
  return key.subarray(0, length);
}

export function ed25519Signed(hostKey: Buffer, hash: Buffer, signature: Buffer): boolean {
  const raw = sshStrings(hostKey, 0)[1] ?? Buffer.alloc(0);
  const key = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, hash, key, sshStrings(signature, 0)[1] ?? Buffer.alloc(0));
}

/** One packet of aes256-gcm@openssh.com, RFC 5647; the length is its additional data. */
export async function gcmPayload(client: WireClient, key: Buffer, iv: Buffer): Promise<Buffer> {
  const head = await client.bytes(4);
  const sealed = await client.bytes(head.readUInt32BE());
  const decipher = createDecipheriv('aes-256-gcm', key, iv)
    .setAAD(head)
    .setAuthTag(await client.bytes(16));
  const packet = Buffer.concat([decipher.update(sealed), decipher.final()]);
  return packet.subarray(1, packet.length - (packet[0] ?? 0));
}
