// Between asking for a terminal and its socket lies one message: a token, used once within half a minute, by the same
// person. The fresh second factor waits here and is spent when the socket shows the token.

import { randomBytes } from 'node:crypto';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { FreshFactor } from '../../identity/login/fresh-factor.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { TerminalRequest } from '../terminal-gateway.ts';

interface Waiting {
  readonly user: AuthenticatedUser;
  readonly fresh: FreshFactor;
  readonly request: TerminalRequest;
}

const VALID_MS = 30_000;

export class TerminalTickets {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(waiting: Waiting): string {
    const token = randomBytes(32).toString('base64url');
    this.#waiting.set(token, waiting);
    this.#clock.after(VALID_MS, () => this.#waiting.delete(token));
    return token;
  }

  /**
   * Undefined when the token is unknown, used, late, somebody else's, or shown from another address than it was issued
   * to: the gate judges the address, and the record names it. Used up in any case.
   */
  redeem(token: string, user: AuthenticatedUser): Waiting | undefined {
    const waiting = this.#waiting.get(token);
    this.#waiting.delete(token);
    const same = waiting?.user.account.id === user.account.id && waiting.user.source === user.source;
    return same ? waiting : undefined;
  }
}
