// Whole packets on their way to one side. What is put in within one turn goes out as one write, in order.

import type { Writable } from 'node:stream';
import { writeAll } from '../write-all.ts';

export interface OutboxParts {
  readonly to: Writable;
  /** A promise while the network below is too far behind. */
  readonly pressure: () => Promise<void> | undefined;
  /** Fires when the session ends: nothing is sent after it. */
  readonly signal: AbortSignal;
}

export class Outbox {
  readonly #parts: OutboxParts;
  #waiting: Buffer[] = [];
  #scheduled = false;
  #full: Promise<void> | undefined;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  put(pieces: readonly Buffer[]): void {
    this.#waiting.push(...pieces);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#flush());
  }

  /** A promise while what was sent is not taken; undefined when more may come. */
  room(): Promise<void> | undefined {
    this.#flush();
    return this.#full ?? this.#parts.pressure();
  }

  #flush(): void {
    this.#scheduled = false;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    const { to, signal } = this.#parts;
    if (signal.aborted || to.destroyed || to.writableEnded) return;
    if (!writeAll(to, waiting)) this.#full ??= this.#drained();
  }

  // ssh2 drops the callback of a write once its channel is closing, so `drain` alone may never come.
  #drained(): Promise<void> {
    const { to, signal } = this.#parts;
    return new Promise((resolve) => {
      const settle = () => {
        to.off('drain', settle).off('close', settle).off('error', settle);
        signal.removeEventListener('abort', settle);
        this.#full = undefined;
        resolve();
      };
      to.once('drain', settle).once('close', settle).once('error', settle);
      signal.addEventListener('abort', settle, { once: true });
      if (signal.aborted) settle();
    });
  }
}
