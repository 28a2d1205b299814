// A clock that moves only when told.

import type { Cancel, Clock } from '../../store/core/clock.ts';

interface Timer {
  due: number;
  readonly every: number | undefined;
  readonly act: () => void;
}

export class ManualClock implements Clock {
  #wall: number;
  #monotonic = 0;
  readonly #timers = new Set<Timer>();

  constructor(wall = Date.UTC(2026, 2, 12, 12, 0, 0)) {
    this.#wall = wall;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(milliseconds: number, act: () => void): Cancel {
    return this.#add({ due: this.#monotonic + milliseconds, every: undefined, act });
  }

  every(milliseconds: number, act: () => void): Cancel {
    return this.#add({ due: this.#monotonic + milliseconds, every: milliseconds, act });
  }

  /** Moves both clocks forward, running what falls due, in order. */
  advance(milliseconds: number): void {
    const end = this.#monotonic + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#moveTo(next.due);
      if (next.every === undefined) this.#timers.delete(next);
      else next.due += next.every;
      next.act();
    }
    this.#moveTo(end);
  }

  /** Somebody sets the machine's clock: the wall jumps, monotonic time does not. */
  setWall(milliseconds: number): void {
    this.#wall = milliseconds;
  }

  #moveTo(monotonic: number): void {
    this.#wall += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
  }

  #add(timer: Timer): Cancel {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}
