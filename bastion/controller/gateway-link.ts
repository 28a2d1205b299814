// The controller's end of one link to one gateway, for as long as that gateway lives.

import type { Duplex } from 'node:stream';
import type { Static } from 'typebox';
import type { ReadAgain } from '../../approvals/originals/read-again.ts';
import type { ApprovedReading } from '../../approvals/originals/reading-permit.ts';
import type { SupervisedChannel } from '../../approvals/supervision/watched-sessions.ts';
import { centreTime } from '../../approvals/ticket/centre-time.ts';
import { spendFreshFactor } from '../../identity/login/fresh-factor.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { SessionId } from '../../store/core/ids.ts';
import type { Logger } from '../../store/core/logger.ts';
import { Refusal } from '../../store/core/refusal.ts';
import type { Terminal, TerminalGateway } from '../../web/terminal-gateway.ts';
import { Conversation } from '../link/conversation.ts';
import { type ControllerMethods, controllerMethods, type GatewayMethods, gatewayMethods } from '../link/methods.ts';
import { type ControllerServices, controllerAnswers } from './answers.ts';
import { Channels } from './channels.ts';
import { Cuts } from './cuts.ts';
import { Logins } from './logins.ts';
import { Readings } from './readings.ts';
import { Terminals } from './terminals.ts';

export type GatewaySettings = Static<GatewayMethods['configure']['params']>;

/** A process that starts on a busy machine takes its time; until it has spoken it carries nothing. */
const START_MS = 60_000;

export class GatewayLink implements TerminalGateway {
  readonly #services: ControllerServices;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #allowLoopback: boolean;
  readonly #logins = new Logins();
  #interrupted = 0;
  readonly #channels = new Channels();
  readonly #cuts = new Cuts((sessions, reason) => this.#gateway.call('sessions.cut', { sessions, reason }));
  readonly #terminals: Terminals;
  readonly #readings: Readings;
  readonly #gateway: Conversation<GatewayMethods, ControllerMethods>;
  /** Resolves when the link is gone. */
  readonly over: Promise<void>;
  readonly #settled = Promise.withResolvers<void>();
  /** Resolves after that, when nothing it began is still being written down. */
  readonly settled = this.#settled.promise;

  constructor(parts: {
    readonly stream: Duplex;
    readonly services: ControllerServices;
    readonly leaseMs: number;
    readonly logger: Logger;
  }) {
    const { services, logger } = parts;
    this.#services = services;
    this.#clock = services.clock;
    this.#logger = logger;
    this.#allowLoopback = services.allowLoopback;
    this.#terminals = new Terminals(services.clock);
    this.#readings = new Readings(services);
    this.#gateway = new Conversation({
      stream: parts.stream,
      theirs: gatewayMethods,
      ours: controllerMethods,
      handlers: controllerAnswers(services, {
        logins: this.#logins,
        channels: this.#channels,
        terminals: this.#terminals,
        readings: this.#readings,
        cut: (session, reason) => this.#cuts.add(session, reason),
        moved: (session, closesAt) => this.#moved(session, closesAt),
        supervised: (session) => this.#supervised(session),
        logger,
      }),
      clock: services.clock,
      leaseMs: parts.leaseMs,
      startMs: START_MS,
      logger,
    });
    this.over = new Promise((resolve) => {
      this.#gateway.ended.addEventListener('abort', () => {
        this.#lost();
        resolve();
      });
    });
  }

  /** Sessions that the end of the link cut short. */
  get interrupted(): number {
    return this.#interrupted;
  }

  /** Sessions that were granted and have not ended. */
  get sessions(): number {
    return this.#channels.size;
  }

  configure(settings: GatewaySettings): Promise<Static<GatewayMethods['configure']['result']>> {
    return this.#gateway.call('configure', settings);
  }

  /** Answers the port that listens now. */
  async listen(sources: string[] | null): Promise<number | null> {
    return (await this.#gateway.call('listen', { sources })).port;
  }

  async scan(host: string, port: number): Promise<string> {
    const allowLoopback = this.#allowLoopback;
    return (await this.#gateway.call('target.scan', { host, port, allowLoopback })).hostKey;
  }

  /** Rejects where the gateway does not come to an end of it. */
  read(approved: ApprovedReading): Promise<ReadAgain> {
    return this.#readings.run(approved, () =>
      this.#gateway.call('originals.read', { reading: approved.facts.session }),
    );
  }

  open(...[user, fresh, request, browser]: Parameters<TerminalGateway['open']>): Terminal {
    spendFreshFactor(fresh, user, 'channel.open', this.#clock);
    const { ticketId, targetAccountId, columns, rows } = request;
    const selector = { by: 'ids', ticketId, targetAccountId } as const;
    const login = this.#logins.lend(user, { kind: 'shell', selector });
    const terminal = this.#terminals.add(browser, () => this.#logins.end(login));
    this.#say(this.#gateway.call('terminal.open', { terminal, login, selector, columns, rows }));
    return {
      input: (bytes) => this.#gateway.call('terminal.input', { terminal }, bytes).then(nothing, nothing),
      resize: (width, height) =>
        this.#say(this.#gateway.call('terminal.resize', { terminal, columns: width, rows: height })),
      close: () => this.#say(this.#gateway.call('terminal.close', { terminal })),
    };
  }

  /** Resolves when the gateway has reported the end of every session, with its recording. */
  reported(): Promise<void> {
    return this.#channels.empty();
  }

  end(): void {
    this.#gateway.end('the controller closed the link');
  }

  #supervised(session: SessionId): SupervisedChannel {
    const gateway = this.#gateway;
    return {
      flow: async (passing, text) => {
        await gateway.call('session.flow', { session, passing, text });
      },
      tell: async (text) => {
        await gateway.call('session.tell', { session, text });
      },
      end: () => void this.#cuts.add(session, 'fault').catch(nothing),
    };
  }

  #moved(session: string, closesAt: number): void {
    const { time, timeZone } = this.#services;
    const remainingMs = Math.max(0, closesAt - time.now());
    const until = centreTime(closesAt, timeZone);
    const text = { zh: `维护窗口延长至 ${until}。`, en: `the window now ends at ${until}.` };
    this.#say(this.#gateway.call('session.window', { session, remainingMs, text }));
  }

  /** A terminal may end while we speak to it, and a link may end while it does: both are told elsewhere. */
  #say(said: Promise<unknown>): void {
    said.catch((error: unknown) => {
      if (!(error instanceof Refusal)) this.#logger.warn('terminal.unheard', { message: String(error) });
    });
  }

  /** Its sessions are written down as ended once the process is gone and their recordings can be looked at. */
  #lost(): void {
    this.#interrupted = this.#channels.size;
    this.#terminals.endAll();
    void this.#channels.removeAll().then(() => this.#settled.resolve());
  }
}

const nothing = (): void => {};
