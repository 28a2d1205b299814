// The SSH port. Closed is its normal state: it listens only while the controller names source addresses, and drops
// every other address before a single byte of the handshake is spoken.

import { BlockList, createServer, isIPv6, type Socket, type Server as TcpServer } from 'node:net';
import type { Logger } from '../../../store/core/logger.ts';
import type { Receiving } from './reception.ts';

export interface ListenerSettings {
  readonly host: string;
  readonly port: number;
}

/** Connections that have not ended, in all and from one address. */
const MAX_CONNECTIONS = 500;
const MAX_PER_SOURCE = 50;

export class Listener {
  readonly #settings: ListenerSettings;
  readonly #reception: Receiving;
  readonly #logger: Logger;
  /** How many connections each address has. */
  readonly #sources = new Map<string, number>();
  #connections = 0;
  #tcp: TcpServer | undefined;
  #allowed = new BlockList();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(settings: ListenerSettings, reception: Receiving, logger: Logger) {
    this.#settings = settings;
    this.#reception = reception;
    this.#logger = logger;
  }

  /** Opens the port for these addresses and blocks, or closes it; answers the port that listens now. */
  set(sources: readonly string[] | null): Promise<number | null> {
    const done = this.#turn.then(() => (sources === null ? this.#close() : this.#open(sources)));
    this.#turn = done.catch(() => undefined);
    return done;
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
      const tcp = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => this.#accept(socket));
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
    this.#count(source, 1);
    this.#reception.receive(socket, source, { signedIn: () => {}, closed: () => this.#count(source, -1) });
  }

  #count(source: string, change: 1 | -1): void {
    this.#connections += change;
    const left = (this.#sources.get(source) ?? 0) + change;
    if (left === 0) this.#sources.delete(source);
    else this.#sources.set(source, left);
  }

  #full(source: string): boolean {
    return this.#connections >= MAX_CONNECTIONS || (this.#sources.get(source) ?? 0) >= MAX_PER_SOURCE;
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
