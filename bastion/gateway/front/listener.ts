// The SSH port. Closed is its normal state: it listens only while the controller names source addresses, and drops
// every other address before a single byte of the handshake is spoken.

import { randomInt } from 'node:crypto';
import { BlockList, createServer, isIPv6, type Socket, type Server as TcpServer } from 'node:net';
import type { Clock } from '../../../store/core/clock.ts';
import type { Logger } from '../../../store/core/logger.ts';
import type { ToController } from '../../link/approved-channel.ts';
import type { DropCause } from '../../link/methods.ts';
import { DroppedConnections } from './dropped.ts';
import type { Receiving } from './reception.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface ListenerSettings {
  readonly host: string;
  readonly port: number;
}

/** Places of those that have not signed in: a vendor's office behind one address needs a few, a flood needs none. */
const ROOM = { total: 1024, perSource: 256 };
/** Connections that have signed in. */
const MOST_WORKING = 4000;

export interface ListenerParts {
  readonly controller: ToController;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where connections go that are let in. */
  readonly reception: Receiving;
}

export class Listener {
  readonly #settings: ListenerSettings;
  readonly #reception: Receiving;
  readonly #logger: Logger;
  readonly #waiting = new WaitingRoom(ROOM, (below) => randomInt(below));
  readonly #dropped: DroppedConnections;
  /** How many have signed in. */
  #working = 0;
  #tcp: TcpServer | undefined;
  #allowed = new BlockList();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(settings: ListenerSettings, parts: ListenerParts) {
    this.#settings = settings;
    this.#reception = parts.reception;
    this.#logger = parts.logger;
    this.#dropped = new DroppedConnections(parts);
  }

  get bound(): boolean {
    return this.#tcp !== undefined;
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
    let drop = (): void => void socket.destroy();
    const turnAway = (cause: DropCause): void => {
      this.#dropped.count(source, cause);
      drop();
    };
    if (source === undefined || !this.#allowed.check(source, isIPv6(source) ? 'ipv6' : 'ipv4')) {
      turnAway('source-not-named');
      return;
    }
    const waiting = this.#waiting.enter(source, () => turnAway('too-many'));
    if (waiting === undefined || this.#working >= MOST_WORKING) {
      waiting?.leave();
      turnAway('too-many');
      return;
    }
    let working = 0;
    drop = this.#reception.receive(socket, source, {
      reached: (stage) => waiting.reached(stage),
      tooSlow: () => this.#dropped.count(source, 'too-slow'),
      signedIn: () => {
        waiting.leave();
        working = 1;
        this.#working += 1;
      },
      closed: () => {
        waiting.leave();
        this.#working -= working;
      },
    });
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
