// One-time codes that were accepted a moment ago. Tools reconnect all the time (an editor, a deployment, `scp` in a
// loop); whoever signs in with a key is asked for the code once per account, key, user name as typed and source, within
// a time. It counts from the code and using it does not prolong it.
//
// It lives in this process's memory and nowhere else: a restart forgets it, which is the safe side, and no copy of the
// database brings it back. What it rests on is compared at every use with what the database says now: another key, even
// the same one registered again, another secret, another password or a lock since then, and it is gone.

import type { Clock } from '../../store/core/clock.ts';
import type { AccountId, PublicKeyId } from '../../store/core/ids.ts';

/** What a remembered code is good for. */
export interface RecentUse {
  readonly account: AccountId;
  readonly key: PublicKeyId;
  /** The whole user name as typed, `account+login+target`: which channel is meant. */
  readonly typed: string;
  /** In canonical form. */
  readonly source: string;
}

export interface RecentCode {
  /** When the code was accepted, milliseconds since 1970. */
  readonly at: number;
  readonly factors: { readonly passwordHash: string; readonly totpSecret: string };
}

interface Entry extends RecentCode {
  /** On the monotonic clock: setting the other one back prolongs nothing. */
  readonly until: number;
}

const MOST = 10_000;

export class RecentCodes {
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #entries = new Map<string, Entry>();

  /** `freshMs`: 0 remembers nothing. */
  constructor(clock: Clock, freshMs: number) {
    this.#clock = clock;
    this.#freshMs = freshMs;
  }

  remember(use: RecentUse, code: RecentCode): void {
    this.#dropOld();
    if (this.#freshMs === 0 || this.#entries.size >= MOST) return;
    this.#entries.set(keyOf(use), { ...code, until: this.#clock.monotonic() + this.#freshMs });
  }

  find(use: RecentUse): RecentCode | undefined {
    this.#dropOld();
    return this.#entries.get(keyOf(use));
  }

  forget(use: RecentUse): void {
    this.#entries.delete(keyOf(use));
  }

  #dropOld(): void {
    const now = this.#clock.monotonic();
    for (const [key, { until }] of this.#entries) if (until <= now) this.#entries.delete(key);
  }
}

function keyOf({ account, key, typed, source }: RecentUse): string {
  return JSON.stringify([account, key, typed, source]);
}
