// What passkeys were asked to sign: 256 random bits each, kept here and nowhere else, for two minutes and one answer,
// and only for whoever was asked: the same browser session, or the sign-in page that holds the attempt's secret name. A
// restart forgets them, which costs somebody one more press of a button.

import { randomBytes } from 'node:crypto';
import type { Clock } from '../../store/core/clock.ts';
import { loginBusy } from './password.ts';
import { sourceNetwork } from './source-address.ts';

/** Where the page is, as the browser will say it: passkeys made for one site answer no other. */
export interface PasskeySite {
  /** The relying party's id: the host's name. */
  readonly id: string;
  /** Scheme, host and port. */
  readonly origin: string;
}

/** Who was asked, and for what. */
export type Asked =
  | { readonly for: 'sign-in' }
  | { readonly for: 'step-up'; readonly browserSession: string }
  /** `name`: what the new passkey will be called. */
  | { readonly for: 'registration'; readonly browserSession: string; readonly name: string };

export interface PasskeyChallenge {
  /** What the answer names; 128 random bits. */
  readonly attempt: string;
  /** What is signed; base64url. */
  readonly challenge: string;
  readonly site: PasskeySite;
  readonly asked: Asked;
}

interface Waiting extends PasskeyChallenge {
  readonly until: number;
  readonly owner: string;
}

export const CHALLENGE_MS = 120_000;
/** Of one browser session, or of one network at the sign-in page; a further one takes the place of the oldest. */
const MOST_OF_ONE = 32;
const MOST = 10_000;

export class PasskeyChallenges {
  readonly #clock: Clock;
  /** By attempt, oldest first. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `source`: where a sign-in comes from. Throws `login.busy` when too many are waiting. */
  ask(asked: Asked, site: PasskeySite, source: string): PasskeyChallenge {
    this.#forgetOld();
    const owner = asked.for === 'sign-in' ? `source:${sourceNetwork(source)}` : `session:${asked.browserSession}`;
    const own = [...this.#waiting.values()].filter((waiting) => waiting.owner === owner);
    if (own.length >= MOST_OF_ONE) this.#waiting.delete(own[0]?.attempt ?? '');
    if (this.#waiting.size >= MOST) throw loginBusy();
    const attempt = randomBytes(16).toString('base64url');
    const challenge = randomBytes(32).toString('base64url');
    this.#waiting.set(attempt, {
      attempt,
      challenge,
      site,
      asked,
      owner,
      until: this.#clock.monotonic() + CHALLENGE_MS,
    });
    return { attempt, challenge, site, asked };
  }

  /** Used up by this, whatever comes of it; undefined when it is unknown, used or late. */
  take(attempt: string): PasskeyChallenge | undefined {
    const waiting = this.#waiting.get(attempt);
    this.#waiting.delete(attempt);
    return waiting !== undefined && this.#clock.monotonic() < waiting.until ? waiting : undefined;
  }

  #forgetOld(): void {
    const now = this.#clock.monotonic();
    for (const { attempt, until } of this.#waiting.values()) {
      if (now < until) return;
      this.#waiting.delete(attempt);
    }
  }
}
