// Gathers what is cut within one turn, so that the gateway hears of all of it at once: a hundred sessions of somebody who
// leaves are closed before the first of them is explained to anybody.

import type { EndReason } from '../../store/core/end-reason.ts';
import { MOST_CUTS } from '../link/methods.ts';

interface Batch {
  readonly sessions: string[];
  readonly done: PromiseWithResolvers<void>;
}

/** Tells the gateway; resolves when nothing of those sessions passes any more. */
export type Tell = (sessions: string[], reason: EndReason) => Promise<unknown>;

export class Cuts {
  readonly #tell: Tell;
  readonly #waiting = new Map<EndReason, Batch>();

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Resolves, or rejects, with the batch this one is part of. */
  add(session: string, reason: EndReason): Promise<void> {
    const batch = this.#waiting.get(reason) ?? this.#begin(reason);
    batch.sessions.push(session);
    if (batch.sessions.length >= MOST_CUTS) this.#send(reason);
    return batch.done.promise;
  }

  #begin(reason: EndReason): Batch {
    const batch = { sessions: [], done: Promise.withResolvers<void>() };
    this.#waiting.set(reason, batch);
    // After whatever else is decided in this turn.
    process.nextTick(() => this.#waiting.get(reason) === batch && this.#send(reason));
    return batch;
  }

  #send(reason: EndReason): void {
    const batch = this.#waiting.get(reason);
    if (batch === undefined) return;
    this.#waiting.delete(reason);
    this.#tell(batch.sessions, reason).then(() => batch.done.resolve(), batch.done.reject);
  }
}
