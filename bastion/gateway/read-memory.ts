// Memory that one socket's reads go into, one after the other. Node takes 64 KiB anew for each read, a key of one byte as
// well: that alone had the collector stop an echo now and then, and go through everything after every 64 MiB of a
// download. What was read stays as it is for as long as anybody holds it, and what comes next lies right behind it, so
// that a packet that came in two reads is one piece.

import { Socket, type SocketConstructorOpts } from 'node:net';

type OnRead = NonNullable<SocketConstructorOpts['onread']>;

/** Enough for a few hundred keys. */
const SMALLEST = 8 * 1024;
const LARGEST = 256 * 1024;
const GROWTH = 4;
/** What was used up by fewer reads was too small, by more too large. */
const FEW_READS = 32;
const MANY_READS = 512;
/** One read takes no more, so that a turn has an end. */
const MOST_OF_ONE_READ = 64 * 1024;

class ReadMemory {
  #memory = Buffer.allocUnsafeSlow(SMALLEST);
  #used = 0;
  #reads = 0;

  /** Where the next read goes. */
  next(): Buffer {
    const { length } = this.#memory;
    // The last bit of it would only make for short reads.
    if (length - this.#used < length / 16) {
      this.#memory = Buffer.allocUnsafeSlow(sizeAfter(length, this.#reads));
      this.#used = 0;
      this.#reads = 0;
    }
    return this.#memory.subarray(this.#used, this.#used + MOST_OF_ONE_READ);
  }

  /** So many bytes were read into the place that was answered last. */
  took(bytes: number): Buffer {
    const start = this.#used;
    this.#used += bytes;
    this.#reads += 1;
    return this.#memory.subarray(start, this.#used);
  }
}

function sizeAfter(size: number, reads: number): number {
  if (reads < FEW_READS) return Math.min(size * GROWTH, LARGEST);
  return reads > MANY_READS ? Math.max(size / GROWTH, SMALLEST) : size;
}

/** For a socket that is being made: it emits `data` as any other, but cannot be read in another way. */
export function readingInPlace(): OnRead {
  const memory = new ReadMemory();
  return {
    buffer: () => memory.next(),
    callback(this: Socket, bytes: number) {
      this.emit('data', memory.took(bytes));
      // Whoever wants no more has paused it.
      return true;
    },
  };
}

interface Handle {
  reading: boolean;
  readStop(): void;
}

/** What node:net keeps to itself of a socket. */
interface Inside {
  _handle: Handle | null;
  _server: unknown;
}

/**
 * The same connection, paused, in a socket that reads this way; `socket` is not to be used any more. Node takes the option
 * only for sockets that one makes oneself, and a connection that comes in has been given one.
 */
export function readInPlace(socket: Socket): Socket {
  const old = socket as unknown as Inside;
  const { _handle: handle, _server: server } = old;
  if (handle === null) return socket;
  old._handle = null;
  old._server = null;
  const options = { handle, onread: readingInPlace(), readable: true, writable: true, pauseOnCreate: true };
  const moved = new Socket(options as unknown as SocketConstructorOpts);
  (moved as unknown as Inside)._server = server;
  // Whoever handed the old one over waits for its end: between processes Node counts by it.
  moved.once('close', () => socket.emit('close', false));
  return moved;
}
