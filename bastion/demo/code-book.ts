// One-time codes for the demonstration's own acts. Each code works once, and never one from before the last; the
// window of one step either way gives three in a row without waiting.

import { generateSync } from 'otplib';
import type { Clock } from '../../store/core/clock.ts';

const STEP_MS = 30_000;

export class CodeBook {
  readonly #clock: Clock;
  readonly #secrets = new Map<string, string>();
  readonly #last = new Map<string, number>();
  readonly #used = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(name: string, secret: string): void {
    this.#secrets.set(name, secret);
  }

  /** For a secret of an earlier start: the codes of this moment may have been used by somebody. */
  addUsed(name: string, secret: string): void {
    this.add(name, secret);
    this.#used.set(name, this.#step());
  }

  secret(name: string): string {
    const secret = this.#secrets.get(name);
    if (secret === undefined) throw new Error(`expected the secret of ${name}, found none`);
    return secret;
  }

  /** A code of `name` that was not used before; waits for one where it must. */
  async next(name: string): Promise<string> {
    const now = this.#step();
    const last = this.#last.get(name) ?? this.#used.get(name) ?? 0;
    const step = Math.max(last + 1, now - 1);
    if (step > now + 1) await this.#until(step - 1);
    this.#last.set(name, step);
    return generateSync({ secret: this.secret(name), epoch: (step * STEP_MS) / 1000 });
  }

  /** Whether the code that an authenticator shows now works for everybody. */
  areFresh(): boolean {
    return this.#step() > Math.max(0, ...this.#last.values());
  }

  /** Resolves when it does. */
  async allFresh(): Promise<void> {
    await this.#until(Math.max(0, ...this.#last.values()) + 1);
  }

  #step(): number {
    return Math.floor(this.#clock.now() / STEP_MS);
  }

  #until(step: number): Promise<void> {
    const wait = step * STEP_MS - this.#clock.now();
    return wait <= 0 ? Promise.resolve() : new Promise((resolve) => this.#clock.after(wait, resolve));
  }
}
