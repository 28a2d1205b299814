// Takes a TCP connection that the listener let in and speaks SSH on it.

import type { Socket } from 'node:net';
import ssh2, { type ParsedKey, type ServerConfig } from 'ssh2';
import { ALL_HOST_KEY_TYPES, CLIENT_ALGORITHMS, hostKeyAlgorithms } from '../algorithms.ts';
import type { FairShare } from '../fair-share.ts';
import { readInPlace } from '../read-memory.ts';
import { chooseFastCipher } from './cipher-choice.ts';
import { type ConnectionParts, serveConnection } from './connection.ts';
import type { Stage } from './waiting-room.ts';

export interface ReceptionSettings {
  /** PEM of each host key. */
  readonly hostKeys: readonly string[];
}

/** What the listener hears of a connection it let in. */
export interface Received {
  readonly reached: (stage: Stage) => void;
  /** It took longer to sign in than it may, and is dropped. */
  readonly tooSlow: () => void;
  readonly signedIn: () => void;
  /** Always last, however the connection went. */
  readonly closed: () => void;
}

/** Where connections go that were let in: this process, or one of several. */
export interface Receiving {
  /** Takes a paused socket. Answers the function that drops the connection. */
  receive(socket: Socket, source: string, on: Received): () => void;
}

export type ReceptionParts = Omit<ConnectionParts, 'known' | 'software'> & { readonly share: FairShare };

export class Reception implements Receiving {
  readonly #parts: ReceptionParts;
  readonly #ssh: ServerConfig;
  readonly #sockets = new Set<Socket>();

  constructor(settings: ReceptionSettings, parts: ReceptionParts) {
    this.#parts = parts;
    this.#ssh = {
      // Read once: a socket that may never say a word is not worth reading them again.
      hostKeys: settings.hostKeys.map(parsedHostKey),
      // Of these ssh2 takes what the keys can do.
      algorithms: { ...CLIENT_ALGORITHMS, serverHostKey: ALL_HOST_KEY_TYPES.flatMap(hostKeyAlgorithms) },
      ident: 'Sluice',
    };
  }

  /** Bytes that the open connections have carried since each began, both ways. */
  get carried(): number {
    return [...this.#sockets].reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0);
  }

  receive(received: Socket, source: string, on: Received): () => void {
    const socket = readInPlace(received);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      on.closed();
    });
    socket.on('error', () => socket.destroy());
    this.#parts.share.addClient(socket);
    // The grace time runs from the first byte on, so that a client that says nothing at all is dropped as well.
    const stopGrace = this.#parts.clock.after(this.#parts.graceMs, () => {
      on.tooSlow();
      socket.destroy();
    });
    socket.once('close', stopGrace);
    // A server object per socket: ssh2 announces a connection only after its first line, without saying whose it is.
    const server = new ssh2.Server(this.#ssh, (connection, { header }) => {
      chooseFastCipher(connection, header.versions.software);
      on.reached('spoke');
      connection.once('handshake', () => on.reached('agreed'));
      connection.once('ready', () => {
        stopGrace();
        if (!socket.destroyed) on.signedIn();
      });
      const { software } = header.versions;
      serveConnection(connection, socket, source, { ...this.#parts, software, known: () => on.reached('known') });
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

/** Throws for a host key that cannot be read: better now than at every connection. */
function parsedHostKey(pem: string): { key: ParsedKey } {
  const key = ssh2.utils.parseKey(pem);
  if (key instanceof Error) throw key;
  return { key };
}
