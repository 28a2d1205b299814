// The SSH port. Closed is its normal state: it listens only while the controller names source addresses, and drops
// every other address before a single byte of the handshake is spoken.

import { BlockList, createServer, isIPv6, type Socket, type Server as TcpServer } from 'node:net';
import ssh2, { type ServerConfig } from 'ssh2';
import type { Logger } from '../../../store/core/logger.ts';
import { ALL_HOST_KEY_TYPES, CLIENT_ALGORITHMS, hostKeyAlgorithms } from '../algorithms.ts';
import { shareFairly } from '../fair-socket.ts';
import { type ConnectionParts, serveConnection } from './connection.ts';

export interface ListenerSettings {
  readonly host: string;
  readonly port: number;
  /** PEM of each host key. */
  readonly hostKeys: readonly string[];
  /** How long a client may take to sign in, in milliseconds. */
  readonly graceMs: number;
}

/** Connections that have not ended, in all and from one address. */
const MAX_CONNECTIONS = 500;
const MAX_PER_SOURCE = 50;

export class Listener {
  readonly #settings: ListenerSettings;
  readonly #parts: ConnectionParts;
  readonly #logger: Logger;
  readonly #ssh: ServerConfig;
  readonly #sockets = new Map<Socket, string>();
  #tcp: TcpServer | undefined;
  #allowed = new BlockList();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(settings: ListenerSettings, parts: ConnectionParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#logger = parts.logger;
    this.#ssh = {
      hostKeys: [...settings.hostKeys],
      // Of these ssh2 takes what the keys can do.
      algorithms: { ...CLIENT_ALGORITHMS, serverHostKey: ALL_HOST_KEY_TYPES.flatMap(hostKeyAlgorithms) },
      ident: 'Sluice',
      keepaliveInterval: 15_000,
      keepaliveCountMax: 3,
    };
    // Throws for a host key that cannot be read: better now than at every connection.
    new ssh2.Server(this.#ssh);
  }

  /** Opens the port for these addresses and blocks, or closes it; answers the port that listens now. */
  set(sources: readonly string[] | null): Promise<number | null> {
    const done = this.#turn.then(() => (sources === null ? this.#close() : this.#open(sources)));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Drops every connection, whatever it is doing. */
  destroyConnections(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
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
    if (source === undefined || !this.#allowed.check(source, isIPv6(source) ? 'ipv6' : 'ipv4') || this.#full(source)) {
      this.#logger.info('connection.dropped', { source });
      socket.destroy();
      return;
    }
    this.#sockets.set(socket, source);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    shareFairly(socket);
    // The grace time runs from the first byte on, so that a client that says nothing at all is dropped as well.
    const stopGrace = this.#parts.clock.after(this.#settings.graceMs, () => socket.destroy());
    socket.once('close', stopGrace);
    // A server object per socket: ssh2 announces a connection only after its first line, without saying whose it is.
    const server = new ssh2.Server(this.#ssh, (connection) => {
      connection.once('ready', stopGrace);
      serveConnection(connection, socket, source, this.#parts);
    });
    server.injectSocket(socket);
  }

  #full(source: string): boolean {
    if (this.#sockets.size >= MAX_CONNECTIONS) return true;
    let same = 0;
    for (const other of this.#sockets.values()) if (other === source) same += 1;
    return same >= MAX_PER_SOURCE;
  }
}

/** IPv4 addresses arrive as `::ffff:1.2.3.4` on a dual-stack socket. */
export function plainAddress(address: string | undefined): string | undefined {
  return address?.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
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
