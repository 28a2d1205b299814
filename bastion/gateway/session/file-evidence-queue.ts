// Carries what was done to files into the evidence log, in batches: one message, one transaction. Whoever produces more
// than is taken has to wait; when a batch is refused the session ends as it does when the recorder fails.

import type { Clock } from '../../../store/core/clock.ts';
import type { ToController } from '../../link/approved-channel.ts';
import { type FileEvidence, MOST_FILE_EVIDENCE } from '../../link/file-evidence.ts';

/** How long an event may wait for others to travel with. */
const GATHER_MS = 100;
/** Events that may wait before whoever makes them must. */
const MOST_WAITING = 512;

export class FileEvidenceQueue {
  readonly #controller: ToController;
  readonly #session: string;
  readonly #clock: Clock;
  readonly #onRefused: (error: unknown) => void;
  #waiting: FileEvidence[] = [];
  #room = Promise.withResolvers<void>();
  #sending: Promise<void> | undefined;
  #gathering = false;
  #refused = false;

  constructor(parts: {
    readonly controller: ToController;
    readonly session: string;
    readonly clock: Clock;
    readonly onRefused: (error: unknown) => void;
  }) {
    this.#controller = parts.controller;
    this.#session = parts.session;
    this.#clock = parts.clock;
    this.#onRefused = parts.onRefused;
  }

  add(event: FileEvidence): void {
    if (this.#refused) return;
    this.#waiting.push(event);
    if (this.#waiting.length >= MOST_FILE_EVIDENCE.events) this.#send();
    else if (!this.#gathering) {
      this.#gathering = true;
      this.#clock.after(GATHER_MS, () => {
        this.#gathering = false;
        this.#send();
      });
    }
  }

  /** A promise while too many events wait; undefined when there is room. */
  pressure(): Promise<void> | undefined {
    return this.#waiting.length > MOST_WAITING ? this.#room.promise : undefined;
  }

  /** Resolves when everything added so far is in the log, or was refused. */
  async settle(): Promise<void> {
    while (this.#waiting.length > 0 || this.#sending !== undefined) {
      this.#send();
      await this.#sending;
    }
  }

  #send(): void {
    if (this.#sending !== undefined || this.#waiting.length === 0) return;
    const events = this.#take();
    this.#sending = this.#controller
      .call('session.files', { session: this.#session, events })
      .then(
        () => undefined,
        (error: unknown) => this.#refuse(error),
      )
      .finally(() => {
        this.#sending = undefined;
        if (this.#waiting.length <= MOST_WAITING) this.#giveRoom();
        // More than a batch has come meanwhile: it has waited long enough.
        if (this.#waiting.length >= MOST_FILE_EVIDENCE.events) this.#send();
      });
  }

  #take(): FileEvidence[] {
    let [count, bytes] = [0, 0];
    for (const event of this.#waiting.slice(0, MOST_FILE_EVIDENCE.events)) {
      bytes += JSON.stringify(event).length;
      if (count > 0 && bytes > MOST_FILE_EVIDENCE.bytes) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  #refuse(error: unknown): void {
    this.#refused = true;
    this.#waiting = [];
    this.#onRefused(error);
  }

  #giveRoom(): void {
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }
}
