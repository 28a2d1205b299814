// Connections that were not let in, counted. The controller hears of them once a minute, by source and cause: whoever
// knocks ten thousand times must not be able to fill the evidence log, nor to go unmentioned in it.

import type { Clock } from '../../../store/core/clock.ts';
import type { Logger } from '../../../store/core/logger.ts';
import type { ToController } from '../../link/approved-channel.ts';
import type { DropCause } from '../../link/methods.ts';

const EVERY_MS = 60_000;
/** Sources told apart within a minute; an IPv6 network has more addresses than there is memory. */
const MOST_SOURCES = 32;
const OTHERS = 'others';

export class DroppedConnections {
  readonly #controller: ToController;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #counts = new Map<string, { readonly source: string; readonly cause: DropCause; count: number }>();
  #timer = false;

  constructor(parts: { readonly controller: ToController; readonly clock: Clock; readonly logger: Logger }) {
    this.#controller = parts.controller;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  count(source: string | undefined, cause: DropCause): void {
    const named = source ?? OTHERS;
    const known = this.#counts.has(`${cause} ${named}`) || this.#counts.size < MOST_SOURCES;
    const key = `${cause} ${known ? named : OTHERS}`;
    const entry = this.#counts.get(key) ?? { source: known ? named : OTHERS, cause, count: 0 };
    entry.count += 1;
    this.#counts.set(key, entry);
    if (this.#timer) return;
    this.#timer = true;
    this.#clock.after(EVERY_MS, () => this.#tell());
  }

  #tell(): void {
    this.#timer = false;
    const drops = [...this.#counts.values()];
    this.#counts.clear();
    for (const drop of drops) this.#logger.info('connections.dropped', { ...drop });
    this.#controller.call('connections.dropped', { drops }).catch((error: unknown) => {
      this.#logger.warn('connections.not-told', { error: String(error) });
    });
  }
}
