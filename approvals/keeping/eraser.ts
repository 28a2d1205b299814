// Finishes what the log says was destroyed: everything that holds content of a session goes, then it is written down
// that nothing is left. Each step is the same when done again, so it is simply begun again after a kill or an error.

import type { Clock } from '../../store/core/clock.ts';
import type { SessionId } from '../../store/core/ids.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { Database } from '../../store/database.ts';
import { notErased, saveErased } from './destruction-repository.ts';

export interface Eraser {
  /** At the start, and after each destruction. False when something is still there: the log for operators says why. */
  finish(): Promise<boolean>;
}

/** Durable when it resolves, and the same when it runs again. */
export type EraseStep = (session: SessionId) => Promise<void>;

export function createEraser(uses: {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The keys first. */
  readonly steps: readonly EraseStep[];
}): Eraser {
  const { database, clock, logger, steps } = uses;
  let last: Promise<boolean> = Promise.resolve(true);
  const finishAll = async (): Promise<boolean> => {
    let all = true;
    for (const session of await database.transaction(notErased)) {
      try {
        for (const step of steps) await step(session);
        await database.transaction((tx) => saveErased(tx, session, clock.now()));
        logger.info('recording.erased', { session });
      } catch (error) {
        logger.error('recording.not-erased', error, { session });
        all = false;
      }
    }
    return all;
  };
  return {
    finish() {
      last = last.then(finishAll, finishAll);
      return last;
    },
  };
}
