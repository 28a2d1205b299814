// Keeps one gateway running and its port in step with the tickets: open exactly while some ticket is in its window.

import type { Gate } from '../../approvals/access/gate.ts';
import type { ReadAgain } from '../../approvals/originals/read-again.ts';
import type { ApprovedReading } from '../../approvals/originals/reading-permit.ts';
import type { Cancel } from '../../store/core/clock.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import type { Logger } from '../../store/core/logger.ts';
import { defineRefusal, Refusal } from '../../store/core/refusal.ts';
import type { Changes } from '../../store/notify.ts';
import type { HostKeyScanner, TerminalGateway } from '../../web/terminal-gateway.ts';
import type { ControllerServices } from './answers.ts';
import type { GatewaySettings } from './gateway-link.ts';
import { GatewayLinks } from './gateway-links.ts';
import type { GatewayProcess } from './gateway-process.ts';

const gatewayDown = defineRefusal('gateway.down', 'unavailable', () => ({
  zh: '网关正在启动，请稍后再试',
  en: 'the gateway is starting; please try again in a moment',
}));

export interface SupervisorParts {
  readonly services: ControllerServices;
  readonly changes: Changes;
  readonly start: () => GatewayProcess;
  readonly settings: GatewaySettings;
  readonly leaseMs: number;
  /** Whether the port stays bound, for nobody, while no ticket is in its window. */
  readonly alwaysListen: boolean;
  /** Writes down the end of sessions whose gateway is gone. */
  readonly recover: (reason: EndReason) => Promise<void>;
  readonly logger: Logger;
}

const RESTART_MS = 1000;
/** How long a gateway whose link has ended may take to close its sessions before it is killed. */
const CLOSING_MS = 3000;
/** The clock may be set back or forward: never trust one long timer for a time of day. */
const LOOK_AGAIN_MS = 30_000;

export class GatewaySupervisor implements TerminalGateway, HostKeyScanner {
  readonly #parts: SupervisorParts;
  readonly #gate: Gate;
  readonly #unsubscribe: () => void;
  #link: GatewayLinks | undefined;
  /** Of the process that was started last, configured or not. */
  #latest: GatewayLinks | undefined;
  #process: GatewayProcess | undefined;
  #port: number | null = null;
  #sources = '';
  #selfTestFailed = false;
  #cancelLook: Cancel = () => {};
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#gate = parts.services.gate;
    this.#unsubscribe = parts.changes.subscribe((topic) => {
      if (topic !== 'sessions') this.look();
    });
  }

  /** The SSH port while it is open. */
  get port(): number | null {
    return this.#port;
  }

  /** Of the process that listens, then of its workers. */
  get pids(): readonly number[] {
    return this.#process === undefined ? [] : [this.#process.pid, ...(this.#link?.workers ?? [])];
  }

  /** Starts the gateway; resolves when it is configured and the port is as it should be. */
  async start(): Promise<void> {
    const { start, services, leaseMs, logger, settings } = this.#parts;
    const child = start();
    const link = new GatewayLinks({ streams: child.links, services, leaseMs, logger });
    this.#process = child;
    this.#latest = link;
    void this.#watch(child, link);
    await link.configure(settings);
    this.#link = link;
    this.#port = null;
    this.#sources = '';
    await this.look();
  }

  /** Brings the port in step with the tickets, and asks the gate again about every live session. */
  look(): Promise<void> {
    this.#looking = this.#looking
      .then(() => this.#look())
      .catch((error: unknown) => {
        if (!this.#stopped) this.#parts.logger.error('listener.not-set', error);
      });
    return this.#looking;
  }

  open(...args: Parameters<TerminalGateway['open']>): ReturnType<TerminalGateway['open']> {
    return this.#running().open(...args);
  }

  scan(host: string, port: number): Promise<string> {
    return this.#running().scan(host, port);
  }

  /** Reads files of a target into evidence; rejects with a Refusal where no gateway runs. */
  async read(approved: ApprovedReading): Promise<ReadAgain> {
    return this.#running().read(approved);
  }

  /** Ends every session with `shutdown` and the gateway with it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    this.#cancelLook();
    await this.#looking;
    if (this.#link !== undefined && this.#port !== null) await this.#setPort(this.#link, null).catch(() => undefined);
    await this.#parts.services.live.cutWhere(() => true, 'shutdown');
    await this.#reported();
    // One that is still being configured has to go as well: nobody else would end it.
    this.#latest?.end();
    await this.#latest?.over;
    await this.#process?.exited;
  }

  /** A session is closed before its recording is sealed and its end is told: the link must outlive both. */
  async #reported(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const cancel = this.#parts.services.clock.after(CLOSING_MS, () => late.resolve());
    await Promise.race([this.#link?.reported(), late.promise]);
    cancel();
  }

  #running(): GatewayLinks {
    if (this.#link === undefined) throw gatewayDown();
    return this.#link;
  }

  async #look(): Promise<void> {
    const link = this.#link;
    if (link === undefined || this.#stopped) return;
    const { time, live } = this.#parts.services;
    // Whatever fails below, somebody looks again soon.
    this.#lookIn(RESTART_MS);
    // Live sessions first: a port that cannot be set must not keep anybody connected.
    await live.reconsider();
    const { sources, nextChangeAt } = await this.#gate.openable();
    await this.#setPort(link, sources.length === 0 && !this.#parts.alwaysListen ? null : [...sources]);
    this.#lookIn(nextChangeAt === null ? LOOK_AGAIN_MS : Math.min(LOOK_AGAIN_MS, nextChangeAt - time.now()));
  }

  #lookIn(milliseconds: number): void {
    this.#cancelLook();
    this.#cancelLook = this.#parts.services.clock.after(Math.max(1, milliseconds), () => void this.look());
  }

  /** No new gateway before the log can say how the sessions of the last one ended. */
  async #recovered(): Promise<void> {
    const { recover, logger, services } = this.#parts;
    for (;;) {
      try {
        await recover('gateway-lost');
        return;
      } catch (error) {
        logger.error('sessions.not-recovered', error);
      }
      if (this.#stopped) return;
      await new Promise<void>((resolve) => services.clock.after(RESTART_MS, resolve));
    }
  }

  async #setPort(link: GatewayLinks, sources: string[] | null): Promise<void> {
    const wanted = JSON.stringify(sources);
    if (wanted === this.#sources) return;
    const before = this.#port;
    const port = await link.listen(sources).catch((error: unknown) => this.#notListened(error));
    this.#selfTestFailed = false;
    this.#sources = wanted;
    this.#port = port;
    if (port === before) return;
    const { database, append } = this.#parts.services;
    const closed = before !== null && port === null;
    await database.transaction((tx) =>
      append(tx, {
        type: closed ? 'listener.closed' : 'listener.opened',
        actor: { kind: 'system' },
        details: { port: port ?? before ?? 0 },
      }),
    );
    // The ssh lines on a ticket come and go with the port.
    this.#parts.changes.publish('tickets');
  }

  /** Tried again every second; said once. */
  async #notListened(error: unknown): Promise<never> {
    if (error instanceof Refusal && error.code === 'recorder.self-test' && !this.#selfTestFailed) {
      const { database, append } = this.#parts.services;
      const details = { why: error.sentence.en };
      await database.transaction((tx) =>
        append(tx, { type: 'recorder.self-test-failed', actor: { kind: 'system' }, details }),
      );
      this.#selfTestFailed = true;
    }
    throw error;
  }

  /** The log must say that a gateway was lost even where it carried nothing. */
  async #noteLoss(sessions: number): Promise<void> {
    const { services, logger } = this.#parts;
    const { database, append } = services;
    await database
      .transaction((tx) => append(tx, { type: 'lease.lost', actor: { kind: 'system' }, details: { sessions } }))
      .catch((error: unknown) => logger.error('lease.not-noted', error));
  }

  async #watch(child: GatewayProcess, link: GatewayLinks): Promise<void> {
    void child.exited.then(() => link.end());
    await link.over;
    if (this.#link === link) {
      this.#link = undefined;
      this.#port = null;
    }
    const { logger } = this.#parts;
    const { clock } = this.#parts.services;
    const cancel = clock.after(CLOSING_MS, () => killAll(child, link.workers));
    await child.exited;
    cancel();
    await link.settled;
    if (!this.#stopped) await this.#noteLoss(link.interrupted);
    await this.#recovered();
    if (this.#stopped) return;
    logger.warn('gateway.restarting');
    clock.after(RESTART_MS, () => {
      if (!this.#stopped) void this.start().catch((error: unknown) => logger.error('gateway.not-started', error));
    });
  }
}

/** A worker that hangs does not hear that its parent is gone. */
function killAll(child: GatewayProcess, workers: readonly number[]): void {
  child.kill();
  for (const pid of workers) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
