// Time as an argument. `now` is the wall clock, for windows and records; `monotonic` never jumps, for lengths and leases.

export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Milliseconds since some fixed moment of this process; unaffected by changes of the wall clock. */
  monotonic(): number;
  /** Runs `act` once after `milliseconds` of monotonic time. */
  after(milliseconds: number, act: () => void): Cancel;
  /** Runs `act` again and again, each `milliseconds` of monotonic time. */
  every(milliseconds: number, act: () => void): Cancel;
}

// setTimeout silently turns longer delays into 1 ms.
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, act) {
    let timer: NodeJS.Timeout;
    const arm = (left: number): void => {
      const step = Math.min(Math.max(0, left), LONGEST_TIMEOUT);
      timer = setTimeout(() => (left > step ? arm(left - step) : act()), step);
    };
    arm(milliseconds);
    return () => clearTimeout(timer);
  },
  every(milliseconds, act) {
    const timer = setInterval(act, milliseconds);
    return () => clearInterval(timer);
  },
};
