// The system's clock with a wall that tests can push forward: so that a fresh one-time code need not be waited for.

import { type Clock, systemClock } from '../../store/core/clock.ts';

export class ShiftedClock implements Clock {
  #ahead = 0;

  now(): number {
    return systemClock.now() + this.#ahead;
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  after(milliseconds: number, act: () => void) {
    return systemClock.after(milliseconds, act);
  }

  every(milliseconds: number, act: () => void) {
    return systemClock.every(milliseconds, act);
  }

  /** Somebody sets the machine's clock ahead. */
  push(milliseconds: number): void {
    this.#ahead += milliseconds;
  }
}
