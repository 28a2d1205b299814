// What the log says of a reading: that it began, what it recorded, how it ended. It is a kind of session of its own, in
// which nobody types anything.

import type { AppendEvidence } from '../../audit/event.ts';
import { actorOf } from '../../identity/permission.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Database } from '../../store/database.ts';
import type { CopyingFailure } from './originals-log.ts';
import { type ApprovedReading, isApprovedReading } from './reading-permit.ts';

export interface ReadingLog {
  opened(reading: ApprovedReading, heads: Json): Promise<void>;
  /** `tracks`: null where the recording could not be sealed. */
  ended(reading: ApprovedReading, failure: CopyingFailure | null, tracks: Json | null): Promise<void>;
}

export function createReadingLog({
  database,
  append,
}: {
  readonly database: Database;
  readonly append: AppendEvidence;
}): ReadingLog {
  const actor = { kind: 'system' } as const;
  return {
    opened(reading, heads) {
      if (!isApprovedReading(reading)) throw new Error('expected a reading that was approved');
      const { session, ticket, target, targetAccount, user } = reading.facts;
      return database.transaction(async (tx) => {
        await append(tx, {
          type: 'reading.opened',
          actor: actorOf(user),
          source: user.source,
          details: {
            session,
            ticket: ticket.id,
            targetAccount: targetAccount.id,
            target: target.name,
            login: targetAccount.login,
          },
        });
        await append(tx, { type: 'recording.opened', actor, details: { session, heads } });
      });
    },
    ended({ facts: { session, ticket } }, failure, tracks) {
      return database.transaction(async (tx) => {
        const why = failure?.why ?? null;
        const path = failure?.path ?? null;
        await append(tx, { type: 'reading.ended', actor, details: { session, ticket: ticket.id, why, path } });
        if (tracks !== null) await append(tx, { type: 'recording.sealed', actor, details: { session, tracks } });
      });
    },
  };
}
