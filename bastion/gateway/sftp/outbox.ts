// Whole packets on their way to one side. What is put in within one turn goes out as one write, in order.

import type { Writable } from 'node:stream';
import type { Valve } from '../session/valve.ts';
import { writeAll } from '../write-all.ts';

export interface OutboxParts {
  readonly to: Writable;
  /** A promise while the network below is too far behind. */
  readonly pressure: () => Promise<void> | undefined;
  /** While it is shut nothing is sent; what was put in waits. */
  readonly valve: Valve;
  /** Fires when the session ends: nothing is sent after it. */
  readonly signal: AbortSignal;
}

export class Outbox {
  readonly #parts: OutboxParts;
  #waiting: Buffer[] = [];
  #scheduled = false;
  #full: Promise<void> | undefined;
  /** Somebody waits already for it to open. */
  #shut = false;

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
    return this.#full ?? this.#parts.valve.shut() ?? this.#parts.pressure();
  }

  #flush(): void {
    this.#scheduled = false;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    const { to, signal, valve } = this.#parts;
    if (!valve.passing && !signal.aborted) {
      this.#afterwards(valve);
      return;
    }
    this.#waiting = [];
    if (signal.aborted || to.destroyed || to.writableEnded) return;
    if (!writeAll(to, waiting)) this.#full ??= this.#drained();
  }

  #afterwards(valve: Valve): void {
    if (this.#shut) return;
    this.#shut = true;
    void valve.opened(this.#parts.signal).then(() => {
      this.#shut = false;
      this.#flush();
    });
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
