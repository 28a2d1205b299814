// Tickets that are over and were never reported done: said once for each, some days after the window (R34).

import type { AppendEvidence } from '../../audit/event.ts';
import type { Cancel, Clock } from '../../store/core/clock.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { Database } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';

export interface UnclosedWatch {
  /** Answers how many were said. */
  look(): Promise<number>;
  /** Looks at once and every hour. Answers what stops it. */
  start(): Cancel;
}

const DAY = 86_400_000;
const EVERY_MS = 3_600_000;

export function createUnclosedWatch(uses: {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly logger: Logger;
  readonly days: number;
}): UnclosedWatch {
  const { database, append, clock, changes, logger, days } = uses;
  const look = async (): Promise<number> => {
    const said = await database.transaction(async (tx) => {
      const over = await tx
        .selectFrom('ticket')
        .select(['id', 'number', 'window_end'])
        .where('state', '=', 'approved')
        .where('window_end', '<', Math.round(clock.now() - days * DAY))
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('ticket_unclosed').select('ticket_id').whereRef('ticket_id', '=', 'ticket.id'))),
        )
        .orderBy('window_end')
        .execute();
      for (const { id, number, window_end } of over) {
        await tx
          .insertInto('ticket_unclosed')
          .values({ ticket_id: id, said_at: Math.round(clock.now()) })
          .execute();
        const details = { ticket: id, number, ended: window_end };
        await append(tx, { type: 'ticket.unclosed', actor: { kind: 'system' }, details });
      }
      return over.length;
    });
    if (said > 0) changes.publish('tickets');
    return said;
  };
  return {
    look,
    start() {
      const quietly = (): void => void look().catch((error: unknown) => logger.error('unclosed.not-seen', error));
      quietly();
      return clock.every(EVERY_MS, quietly);
    },
  };
}
