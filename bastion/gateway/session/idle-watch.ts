// Notices that nothing has moved for a while. Touching costs one assignment, so every piece of bytes may touch.

import type { Cancel, Clock } from '../../../store/core/clock.ts';

export interface IdleWatch {
  touch(): void;
  readonly stop: Cancel;
}

/** `counts`: false while it is not the person's doing that nothing moves. */
export function watchIdle(clock: Clock, idleMs: number, counts: () => boolean, onIdle: () => void): IdleWatch {
  let last = clock.monotonic();
  let cancel: Cancel = () => {};
  const arm = (wait: number): void => {
    cancel = clock.after(wait, () => {
      const left = last + idleMs - clock.monotonic();
      if (left > 0) arm(left);
      else if (counts()) onIdle();
      else arm(idleMs);
    });
  };
  arm(idleMs);
  return {
    touch() {
      last = clock.monotonic();
    },
    stop: () => cancel(),
  };
}
