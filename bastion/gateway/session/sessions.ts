// The live sessions of this gateway: the one way to open one, and the one place that finds them to end them.

import type { EndReason } from '../../../store/core/end-reason.ts';
import { Refusal, type Sentence } from '../../../store/core/refusal.ts';
import { askGate, type ChannelQuestion } from '../../link/approved-channel.ts';
import type { DialRequest } from '../target/dial.ts';
import { REFUSED_STATUS } from './end-text.ts';
import { Session, type SessionParts } from './session.ts';
import type { ClientSide } from './sides.ts';

const FAULT: Sentence = { zh: '系统内部出错，操作未执行。', en: 'an internal fault; nothing was done.' };

export class Sessions {
  readonly #parts: SessionParts;
  readonly #live = new Map<string, Session>();
  // A cut can overtake the gate's answer by a microtask; while questions are open, such cuts are kept.
  readonly #cutEarly = new Map<string, EndReason>();
  #asking = 0;
  #refusing = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#live.size;
  }

  /** Asks the gate and runs the session to its end. A refusal is told to the client; nothing is thrown. */
  async open(question: ChannelQuestion, request: DialRequest, client: ClientSide): Promise<void> {
    try {
      const session = await this.#ask(question, client);
      try {
        await session.run(request);
      } finally {
        this.#live.delete(session.approved.session);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) this.#parts.logger.error('session.not-opened', error);
      const text = error instanceof Refusal ? error.sentence : FAULT;
      const reason = error instanceof Refusal ? error.code : 'fault';
      client.finish({ exit: { kind: 'status', status: REFUSED_STATUS }, reason, text });
    }
  }

  find(session: string): Session | undefined {
    return this.#live.get(session);
  }

  /** When it returns, nothing more comes from the targets or goes there; the clients are told why afterwards. */
  cut(sessions: readonly string[], reason: EndReason): void {
    for (const session of sessions) {
      const live = this.#live.get(session);
      if (live === undefined && this.#asking > 0) this.#cutEarly.set(session, reason);
      void live?.end(reason);
    }
  }

  /** Ends everything and opens nothing any more. */
  async cutAll(reason: EndReason): Promise<void> {
    this.#refusing = true;
    await Promise.all([...this.#live.values()].map((session) => session.end(reason)));
  }

  async #ask(question: ChannelQuestion, client: ClientSide): Promise<Session> {
    this.#asking += 1;
    try {
      const approved = await askGate(this.#parts.controller, question);
      const session = new Session(approved, client, this.#parts);
      this.#live.set(approved.session, session);
      const early = this.#refusing ? 'shutdown' : this.#cutEarly.get(approved.session);
      if (early !== undefined) void session.end(early);
      return session;
    } finally {
      this.#asking -= 1;
      if (this.#asking === 0) this.#cutEarly.clear();
    }
  }
}
