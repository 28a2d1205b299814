// The ssh2 library as a client that does not behave: its own methods, and the protocol below them.

import { createRequire } from 'node:module';
import { createConnection, type Socket } from 'node:net';
import { type Algorithms, type AnyAuthMethod, Client, type ClientChannel, type ParsedKey } from 'ssh2';
import type { AlgorithmNames } from './scripted-target.ts';
import { sshString } from './ssh-wire.ts';

/** What ssh2 does not show: single messages, sent whenever one likes. */
export interface RawProtocol {
  session(channel: number, window: number, packet: number): void;
  shell(channel: number, wantReply: boolean): void;
  channelData(channel: number, data: Buffer): void;
  channelWindowAdjust: (channel: number, bytes: number) => void;
  /** A global request that wants an answer. */
  ping(): void;
  signal(channel: number, name: string): void;
  windowChange(channel: number, rows: number, columns: number, height: number, width: number): void;
}

/** From now on every KEXINIT of the other side goes unanswered; calls back for each. */
export function ignoreKeyExchange(connection: object, seen: () => void): void {
  const { _protocol } = connection as {
    readonly _protocol: { readonly _decipher: { _onPayload(payload: Buffer): unknown } };
  };
  const decipher = _protocol._decipher;
  const usual = decipher._onPayload;
  decipher._onPayload = (payload) => (payload[0] === KEXINIT ? seen() : usual(payload));
}

const KEXINIT = 20;

export interface MisbehavingClient {
  readonly client: Client;
  readonly socket: Socket;
  readonly raw: RawProtocol;
  /** Resolves when signed in; rejects with why not. */
  readonly ready: Promise<void>;
  readonly closed: Promise<void>;
}

export function rawOf(client: Client): RawProtocol {
  return (client as unknown as { readonly _protocol: RawProtocol })._protocol;
}

/** One message, whatever it is, in a packet of its own. */
export function sendRaw(client: Client, payload: Buffer): void {
  const { _protocol } = client as unknown as {
    readonly _protocol: { readonly _cipher: { allocPacket(length: number): Buffer; encrypt(packet: Buffer): void } };
  };
  const packet = _protocol._cipher.allocPacket(payload.length);
  packet.set(payload, 5);
  _protocol._cipher.encrypt(packet);
}

export interface Attempt {
  readonly username?: string;
  /** Tried in this order, and then no more. */
  readonly methods: readonly AnyAuthMethod[];
  readonly codes?: readonly string[];
}

export const GOOD: readonly AnyAuthMethod[] = [
  { type: 'password', username: 'lin', password: 'correct horse' },
  {
    type: 'keyboard-interactive',
    username: 'lin',
    prompt: (_name, _instructions, _language, _prompts, finish) => finish(['123456']),
  },
];

export function misbehave(
  port: number,
  methods: readonly AnyAuthMethod[] = GOOD,
  algorithms?: AlgorithmNames,
): MisbehavingClient {
  const client = new Client();
  const socket = createConnection({ host: '127.0.0.1', port, noDelay: true });
  const left = [...methods];
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', () => resolve());
    client.on('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  ready.catch(() => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  client.connect({
    sock: socket,
    username: 'lin',
    readyTimeout: 0,
    strictVendor: false,
    ...(algorithms && { algorithms: algorithms as Algorithms }),
    authHandler: (_left, _partial, next) => {
      const method = left.shift();
      (next as (method: AnyAuthMethod | false) => void)(method ?? false);
    },
  });
  return {
    client,
    socket,
    ready,
    closed,
    get raw() {
      return rawOf(client);
    },
  };
}

/** Somebody who has proved these things and then proves nothing more, but does not leave either. */
export async function halfSignedIn(port: number, methods: readonly AnyAuthMethod[]): Promise<Client> {
  const client = new Client();
  const left = [...methods];
  const stuck = Promise.withResolvers<void>();
  client.on('error', stuck.reject).once('close', () => stuck.reject(new Error('closed')));
  client.once('ready', () => stuck.reject(new Error('expected to be half signed in, and is signed in')));
  client.connect({
    host: '127.0.0.1',
    port,
    username: 'lin',
    readyTimeout: 0,
    strictVendor: false,
    authHandler: (_left, _partial, next) => {
      const method = left.shift();
      if (method === undefined) stuck.resolve();
      else (next as (method: AnyAuthMethod) => void)(method);
    },
  });
  await stuck.promise;
  return client;
}

export function exec(client: Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) =>
    client.exec(command, (error, channel) => (error === undefined ? resolve(channel) : reject(error))),
  );
}

/** Everything the command said, and how it ended. */
export function outcome(
  client: Client,
  command: string,
): Promise<{ readonly stdout: string; readonly stderr: string; readonly status: unknown }> {
  return new Promise((resolve, reject) =>
    client.exec(command, (error, channel) => {
      if (error !== undefined) return reject(error);
      // At once: the end may have come in the same packet as the channel.
      const said = { stdout: '', stderr: '', status: undefined as unknown };
      channel.on('data', (bytes: Buffer) => {
        said.stdout += bytes.toString('utf8');
      });
      channel.stderr.on('data', (bytes: Buffer) => {
        said.stderr += bytes.toString('utf8');
      });
      channel.once('exit', (code: unknown) => {
        said.status = code;
      });
      channel.once('close', () => resolve(said));
    }),
  );
}

/** A key that offers itself and signs with something else. */
export function signingWith(key: ParsedKey, sign: ParsedKey['sign']): ParsedKey {
  return Object.assign(Object.create(key) as ParsedKey, { sign });
}

/** Asks for a channel of any type, with data that fits all of them. */
export function openChannel(client: Client, type: string, done: (error?: Error) => void): void {
  const { _chanMgr, _protocol } = client as unknown as {
    readonly _chanMgr: { add(done: (error?: Error) => void): number };
    readonly _protocol: {
      readonly _packetRW: { readonly write: Packets };
    };
  };
  const id = _chanMgr.add(done);
  const data = [sshString('127.0.0.1'), number(1), sshString('127.0.0.1'), number(1)];
  const body = Buffer.concat([
    Buffer.from([90]),
    sshString(type),
    number(id),
    number(1 << 20),
    number(1 << 15),
    ...data,
  ]);
  const { write } = _protocol._packetRW;
  const packet = write.alloc(body.length);
  body.copy(packet, write.allocStart);
  const { sendPacket } = createRequire(import.meta.url)('ssh2/lib/protocol/utils.js') as {
    sendPacket(protocol: unknown, packet: Buffer): void;
  };
  sendPacket(_protocol, write.finalize(packet));
}

interface Packets {
  readonly allocStart: number;
  alloc(size: number): Buffer;
  finalize(packet: Buffer): Buffer;
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
