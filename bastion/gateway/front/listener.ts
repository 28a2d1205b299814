// The SSH port. Closed is its normal state: it listens only while the controller names source addresses, and drops
// every other address before a single byte of the handshake is spoken.

import { randomInt } from 'node:crypto';
import { BlockList, createServer, isIPv6, type Socket, type Server as TcpServer } from 'node:net';
import ssh2, { type ParsedKey, type ServerConfig } from 'ssh2';
import type { Logger } from '../../../store/core/logger.ts';
import type { DropCause } from '../../link/methods.ts';
import { ALL_HOST_KEY_TYPES, CLIENT_ALGORITHMS, hostKeyAlgorithms } from '../algorithms.ts';
import { shareFairly } from '../fair-socket.ts';
import { type ConnectionParts, serveConnection } from './connection.ts';
import { DroppedConnections } from './dropped.ts';
import { type Waiting, WaitingRoom } from './waiting-room.ts';

export interface ListenerSettings {
  readonly host: string;
  readonly port: number;
  /** PEM of each host key. */
  readonly hostKeys: readonly string[];
  /** How long a client may take to sign in, in milliseconds. */
  readonly graceMs: number;
}

/** Places of those that have not signed in: a vendor's office behind one address needs a few, a flood needs none. */
const ROOM = { total: 1024, perSource: 256 };
/** Connections that have signed in. */
const MOST_WORKING = 4000;

export type ListenerParts = Omit<ConnectionParts, 'known'>;

export class Listener {
  readonly #settings: ListenerSettings;
  readonly #parts: ListenerParts;
  readonly #logger: Logger;
  readonly #ssh: ServerConfig;
  readonly #waiting = new WaitingRoom(ROOM, (below) => randomInt(below));
  readonly #dropped: DroppedConnections;
  /** All of them, and those that have signed in. */
  readonly #sockets = new Set<Socket>();
  readonly #working = new Set<Socket>();
  #tcp: TcpServer | undefined;
  #allowed = new BlockList();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(settings: ListenerSettings, parts: ListenerParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#logger = parts.logger;
    this.#dropped = new DroppedConnections(parts);
    this.#ssh = {
      // Read once: a socket that may never say a word is not worth reading them again.
      hostKeys: settings.hostKeys.map(parsedHostKey),
      // Of these ssh2 takes what the keys can do.
      algorithms: { ...CLIENT_ALGORITHMS, serverHostKey: ALL_HOST_KEY_TYPES.flatMap(hostKeyAlgorithms) },
      ident: 'Sluice',
      keepaliveInterval: 15_000,
      keepaliveCountMax: 3,
    };
  }

  /** Opens the port for these addresses and blocks, or closes it; answers the port that listens now. */
  set(sources: readonly string[] | null): Promise<number | null> {
    const done = this.#turn.then(() => (sources === null ? this.#close() : this.#open(sources)));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Drops every connection, whatever it is doing. */
  destroyConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #open(sources: readonly string[]): Promise<number> {
    this.#allowed = blockListOf(sources);
    this.#tcp ??= await this.#listen();
    const address = this.#tcp.address();
    if (address === null || typeof address === 'string') throw new Error('expected a TCP address, got none');
    return address.port;
  }

  #listen(): Promise<TcpServer> {
    return new Promise((resolve, reject) => {
      const tcp = createServer({ noDelay: true, pauseOnConnect: false }, (socket) => this.#accept(socket));
      tcp.once('error', reject);
      tcp.listen({ host: this.#settings.host, port: this.#settings.port, exclusive: true }, () => {
        tcp.off('error', reject);
        tcp.on('error', (error) => this.#logger.error('listener.error', error));
        resolve(tcp);
      });
    });
  }

  // Live sessions keep their connections: each ends by its own window.
  async #close(): Promise<null> {
    this.#allowed = new BlockList();
    const tcp = this.#tcp;
    this.#tcp = undefined;
    tcp?.close();
    return null;
  }

  #accept(socket: Socket): void {
    const source = plainAddress(socket.remoteAddress);
    if (source === undefined || !this.#allowed.check(source, isIPv6(source) ? 'ipv6' : 'ipv4')) {
      this.#drop(socket, source, 'source-not-named');
      return;
    }
    const waiting = this.#waiting.enter(source, () => this.#drop(socket, source, 'too-many'));
    if (waiting === undefined || this.#working.size >= MOST_WORKING) {
      waiting?.leave();
      this.#drop(socket, source, 'too-many');
      return;
    }
    socket.on('error', () => socket.destroy());
    shareFairly(socket);
    this.#sockets.add(socket);
    // The grace time runs from the first byte on, so that a client that says nothing at all is dropped as well.
    const stopGrace = this.#parts.clock.after(this.#settings.graceMs, () => this.#drop(socket, source, 'too-slow'));
    socket.once('close', () => {
      waiting.leave();
      stopGrace();
      this.#sockets.delete(socket);
      this.#working.delete(socket);
    });
    this.#speak(socket, source, waiting, stopGrace);
  }

  #speak(socket: Socket, source: string, waiting: Waiting, stopGrace: () => void): void {
    // A server object per socket: ssh2 announces a connection only after its first line, without saying whose it is.
    const server = new ssh2.Server(this.#ssh, (connection) => {
      waiting.reached('spoke');
      connection.once('handshake', () => waiting.reached('agreed'));
      connection.once('ready', () => {
        stopGrace();
        waiting.leave();
        if (!socket.destroyed) this.#working.add(socket);
      });
      serveConnection(connection, socket, source, { ...this.#parts, known: () => waiting.reached('known') });
    });
    server.injectSocket(socket);
  }

  #drop(socket: Socket, source: string | undefined, cause: DropCause): void {
    if (socket.destroyed) return;
    this.#dropped.count(source, cause);
    socket.destroy();
  }
}

/** IPv4 addresses arrive as `::ffff:1.2.3.4` on a dual-stack socket. */
export function plainAddress(address: string | undefined): string | undefined {
  return address?.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

/** Throws for a host key that cannot be read: better now than at every connection. */
function parsedHostKey(pem: string): { key: ParsedKey } {
  const key = ssh2.utils.parseKey(pem);
  if (key instanceof Error) throw key;
  return { key };
}

/** Sources are single addresses or CIDR blocks, already checked by the ticket. */
function blockListOf(sources: readonly string[]): BlockList {
  const list = new BlockList();
  for (const source of sources) {
    const [address, bits] = source.split('/');
    if (address === undefined) continue;
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
