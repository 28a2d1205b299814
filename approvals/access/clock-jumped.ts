// Somebody set the machine's clock: that is evidence, because every time in every record stands on it.

import type { AppendEvidence } from '../../audit/event.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { Database } from '../../store/database.ts';

/** For `createWindowTime`. It may be called inside a transaction, so it opens its own later and answers at once. */
export function clockJumped(uses: {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly logger: Logger;
}): (milliseconds: number) => void {
  const { database, append, logger } = uses;
  return (exact) => {
    const milliseconds = Math.round(exact);
    logger.warn('clock.jumped', { milliseconds });
    database
      .transaction((tx) => append(tx, { type: 'clock.jumped', actor: { kind: 'system' }, details: { milliseconds } }))
      .catch((error: unknown) => logger.error('clock.jump-not-written', error, { milliseconds }));
  };
}
