// The links to one gateway, as one: to the process that listens and to the workers that carry connections. Each session
// is told of on the link it came by. When one link ends, all do: a gateway is there as a whole or not at all.

import type { Duplex } from 'node:stream';
import type { ReadAgain } from '../../approvals/originals/read-again.ts';
import type { ApprovedReading } from '../../approvals/originals/reading-permit.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { HostKeyScanner, Terminal, TerminalGateway } from '../../web/terminal-gateway.ts';
import type { ControllerServices } from './answers.ts';
import { GatewayLink, type GatewaySettings } from './gateway-link.ts';

export class GatewayLinks implements TerminalGateway, HostKeyScanner {
  readonly #listening: GatewayLink;
  readonly #carrying: readonly GatewayLink[];
  readonly #all: readonly GatewayLink[];
  #workers: readonly number[] = [];
  /** Resolves when the first link is gone, and every other one with it. */
  readonly over: Promise<void>;
  /** Resolves after that, when nothing they began is still being written down. */
  readonly settled: Promise<void>;

  constructor(parts: {
    readonly streams: readonly Duplex[];
    readonly services: ControllerServices;
    readonly leaseMs: number;
    readonly logger: Logger;
  }) {
    const { streams, ...rest } = parts;
    const [first, ...others] = streams.map((stream) => new GatewayLink({ stream, ...rest }));
    if (first === undefined) throw new Error('expected at least one link to the gateway, got none');
    this.#listening = first;
    this.#carrying = others.length === 0 ? [first] : others;
    this.#all = [first, ...others];
    this.over = Promise.race(this.#all.map((link) => link.over)).then(() => {
      this.end();
      return Promise.all(this.#all.map((link) => link.over)).then(() => undefined);
    });
    this.settled = Promise.all(this.#all.map((link) => link.settled)).then(() => undefined);
  }

  /** The processes of the workers, once they are configured. */
  get workers(): readonly number[] {
    return this.#workers;
  }

  async configure(settings: GatewaySettings): Promise<void> {
    const [{ workers }] = await Promise.all([
      this.#listening.configure(settings),
      ...this.#all.slice(1).map((link) => link.configure(settings)),
    ]);
    this.#workers = workers;
  }

  /** Answers the port that listens now. */
  listen(sources: string[] | null): Promise<number | null> {
    return this.#listening.listen(sources);
  }

  scan(host: string, port: number): Promise<string> {
    return this.#listening.scan(host, port);
  }

  open(...args: Parameters<TerminalGateway['open']>): Terminal {
    return this.#leastBusy().open(...args);
  }

  read(approved: ApprovedReading): Promise<ReadAgain> {
    return this.#leastBusy().read(approved);
  }

  /** Sessions that the end of the links cut short. */
  get interrupted(): number {
    return this.#all.reduce((sum, link) => sum + link.interrupted, 0);
  }

  /** Resolves when the gateway has reported the end of every session, with its recording. */
  async reported(): Promise<void> {
    await Promise.all(this.#all.map((link) => link.reported()));
  }

  end(): void {
    for (const link of this.#all) link.end();
  }

  #leastBusy(): GatewayLink {
    const [least] = [...this.#carrying].sort((a, b) => a.sessions - b.sessions);
    return least ?? this.#listening;
  }
}
