// Says once of each thing that it is overdue: looks at once, and every hour.

import type { Cancel, Clock } from '../store/core/clock.ts';
import type { Logger } from '../store/core/logger.ts';
import type { Database, Tx } from '../store/database.ts';
import type { Changes } from '../store/notify.ts';

export interface OverdueWatch {
  /** Answers how many were said. */
  look(): Promise<number>;
  /** Answers what stops it. */
  start(): Cancel;
}

const EVERY_MS = 3_600_000;

/** `say`: writes down what is overdue and was not said yet, and answers how many that were. */
export function createOverdueWatch(
  uses: {
    readonly database: Database;
    readonly clock: Clock;
    readonly changes: Changes;
    readonly logger: Logger;
  },
  say: (tx: Tx, now: number) => Promise<number>,
): OverdueWatch {
  const { database, clock, changes, logger } = uses;
  const look = async (): Promise<number> => {
    const said = await database.transaction((tx) => say(tx, Math.round(clock.now())));
    if (said > 0) changes.publish('tickets');
    return said;
  };
  return {
    look,
    start() {
      const quietly = (): void => void look().catch((error: unknown) => logger.error('overdue.not-seen', error));
      quietly();
      return clock.every(EVERY_MS, quietly);
    },
  };
}
