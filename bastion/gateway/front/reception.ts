// Takes a TCP connection that the listener let in and speaks SSH on it.

import type { Socket } from 'node:net';
import ssh2, { type ServerConfig } from 'ssh2';
import { ALGORITHMS } from '../algorithms.ts';
import { shareFairly } from '../fair-socket.ts';
import { type ConnectionParts, serveConnection } from './connection.ts';

export interface ReceptionSettings {
  /** PEM of each host key. */
  readonly hostKeys: readonly string[];
  /** How long a client may take to sign in, in milliseconds. */
  readonly graceMs: number;
}

/** What the listener hears of a connection it let in. */
export interface Received {
  readonly signedIn: () => void;
  /** Always last, however the connection went. */
  readonly closed: () => void;
}

/** Where connections go that were let in: this process, or one of several. */
export interface Receiving {
  /** Takes a paused socket. Answers the function that drops the connection. */
  receive(socket: Socket, source: string, on: Received): () => void;
}

export class Reception implements Receiving {
  readonly #settings: ReceptionSettings;
  readonly #parts: ConnectionParts;
  readonly #ssh: ServerConfig;
  readonly #sockets = new Set<Socket>();

  constructor(settings: ReceptionSettings, parts: ConnectionParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#ssh = {
      hostKeys: [...settings.hostKeys],
      algorithms: ALGORITHMS,
      ident: 'Sluice',
      keepaliveInterval: 15_000,
      keepaliveCountMax: 3,
    };
    // Throws for a host key that cannot be read: better now than at every connection.
    new ssh2.Server(this.#ssh);
  }

  /** Bytes that the open connections have carried since each began, both ways. */
  get carried(): number {
    return [...this.#sockets].reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0);
  }

  receive(socket: Socket, source: string, on: Received): () => void {
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      on.closed();
    });
    socket.on('error', () => socket.destroy());
    shareFairly(socket);
    // The grace time runs from the first byte on, so that a client that says nothing at all is dropped as well.
    const stopGrace = this.#parts.clock.after(this.#settings.graceMs, () => socket.destroy());
    socket.once('close', stopGrace);
    // A server object per socket: ssh2 announces a connection only after its first line, without saying whose it is.
    const server = new ssh2.Server(this.#ssh, (connection) => {
      connection.once('ready', () => {
        stopGrace();
        on.signedIn();
      });
      serveConnection(connection, socket, source, this.#parts);
    });
    server.injectSocket(socket);
    socket.resume();
    return () => socket.destroy();
  }

  /** Drops every connection, whatever it is doing. */
  dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
