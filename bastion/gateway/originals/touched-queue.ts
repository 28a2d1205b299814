// Tells the controller what is about to be changed, in batches. What has a copy is waited for; the rest has nothing to
// lose and may be told a moment later. When the controller does not take it the session ends: no evidence, no files.

import type { Clock } from '../../../store/core/clock.ts';
import type { ToController } from '../../link/approved-channel.ts';
import { type Found, MOST_FOUND } from '../../link/originals.ts';

export interface TouchedQueueParts {
  readonly controller: ToController;
  readonly session: string;
  readonly clock: Clock;
  readonly onRefused: (error: unknown) => void;
}

const GATHER_MS = 100;
/** That may wait before whoever makes them must. */
const MOST_WAITING = 512;

export class TouchedQueue {
  readonly #parts: TouchedQueueParts;
  #waiting: Found[] = [];
  #gathering = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(parts: TouchedQueueParts) {
    this.#parts = parts;
  }

  /** A promise where too many wait. */
  note(found: Found): Promise<void> | undefined {
    this.#waiting.push(found);
    if (this.#waiting.length > MOST_WAITING) return this.settle();
    if (!this.#gathering) {
      this.#gathering = true;
      this.#parts.clock.after(GATHER_MS, () => {
        this.#gathering = false;
        void this.settle();
      });
    }
    return undefined;
  }

  /** Resolves when everything noted so far is in evidence, or was refused. */
  settle(): Promise<void> {
    this.#sending = this.#sending.then(() => this.#send());
    return this.#sending;
  }

  async #send(): Promise<void> {
    const { controller, session, onRefused } = this.#parts;
    while (this.#waiting.length > 0) {
      const found = this.#waiting.splice(0, MOST_FOUND);
      try {
        await controller.call('originals.touched', { session, found });
      } catch (error) {
        this.#waiting = [];
        onRefused(error);
        return;
      }
    }
  }
}
