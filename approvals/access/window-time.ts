// The time by which windows are decided (B20). Once started it runs with the monotonic clock: setting the machine's
// clock back extends nothing. Setting it forward is followed, which ends windows early and never late. A jump is
// reported, because until a restart this time stays ahead of the machine's.

import type { Clock } from '../../store/core/clock.ts';

export interface WindowTime {
  /** Milliseconds since 1970-01-01T00:00:00Z, whole as those of a clock: a database takes no others. */
  now(): number;
}

const TOLERATED_MS = 2_000;

export function createWindowTime(clock: Clock, onJump: (milliseconds: number) => void = () => {}): WindowTime {
  let wall = clock.now();
  let monotonic = clock.monotonic();
  let behind = 0;
  return {
    now() {
      const elapsed = clock.monotonic() - monotonic;
      const expected = wall + elapsed;
      const shown = clock.now();
      const jump = shown - expected;
      if (Math.abs(jump - behind) > TOLERATED_MS) onJump(jump - behind);
      behind = Math.min(jump, 0);
      wall = Math.max(expected, shown);
      monotonic += elapsed;
      return Math.floor(wall);
    },
  };
}
