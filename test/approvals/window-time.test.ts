// The time windows are decided by: never back, never behind the machine's clock, and whole, whatever the clocks do.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWindowTime } from '../../approvals/access/window-time.ts';
import { systemClock } from '../../store/core/clock.ts';

test('time that passes is whole milliseconds and never runs back, however the machine’s clock is set (B20)', () => {
  const steps = fc.array(
    fc.record({
      passed: fc.double({ min: 0, max: 100_000, noNaN: true }),
      set: fc.oneof(fc.constant(0), fc.integer({ min: -10_000_000, max: 10_000_000 })),
    }),
  );
  fc.assert(
    fc.property(steps, (all) => {
      const start = 1_800_000_000_000;
      let [monotonic, shift] = [17.25, 0];
      const wall = (): number => Math.floor(start + monotonic + shift);
      const time = createWindowTime({ ...systemClock, now: wall, monotonic: () => monotonic });
      let before = time.now();
      for (const { passed, set } of all) {
        monotonic += passed;
        shift += set;
        const now = time.now();
        expect(Number.isSafeInteger(now)).toBe(true);
        // Rounded down each time, so a fraction of a millisecond short at most.
        expect(now - before).toBeGreaterThan(passed - 1.01);
        expect(now).toBeGreaterThanOrEqual(wall());
        before = now;
      }
    }),
  );
});
