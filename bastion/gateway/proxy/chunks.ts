// What a stream gives, piece by piece as it came: read() of a stream that is not flowing joins what has gathered, which
// costs a large transfer more than everything else that is done to it.

import type { Readable } from 'node:stream';

/** Bytes that wait here; what comes beyond them waits in the stream, where its window is kept. */
const MOST_WAITING = 128 * 1024;
/** What each piece counts as, however short: it keeps the memory it was read into. */
const LEAST = 1024;

export class Chunks {
  readonly #from: Readable;
  #waiting: Buffer[] = [];
  #bytes = 0;
  #over = false;
  #wake: () => void = () => {};

  /** `signal` fires when nothing more is wanted. */
  constructor(from: Readable, signal: AbortSignal) {
    this.#from = from;
    const end = (): void => {
      this.#over = true;
      signal.removeEventListener('abort', abort);
      this.#wake();
    };
    const abort = (): void => {
      this.#waiting = [];
      from.off('data', take);
      end();
    };
    const take = (bytes: Buffer): void => {
      this.#waiting.push(bytes);
      this.#bytes += Math.max(bytes.length, LEAST);
      if (this.#bytes >= MOST_WAITING) from.pause();
      this.#wake();
    };
    if (signal.aborted || from.destroyed || from.readableEnded) {
      this.#over = true;
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    from.once('end', end).once('close', end).once('error', end).on('data', take);
  }

  /** The next pieces; undefined at the end, or when the signal fired. */
  async next(): Promise<readonly Buffer[] | undefined> {
    while (this.#waiting.length === 0) {
      if (this.#over) return undefined;
      if (this.#from.isPaused()) this.#from.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const pieces = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    return pieces;
  }
}
