// Which sessions have ended, for what is made of their recordings afterwards. Only ids and kinds leave this file.

import type { ChannelKind } from '../../store/core/channel-terms.ts';
import type { SessionId } from '../../store/core/ids.ts';
import type { Database } from '../../store/database.ts';

export interface EndedSession {
  readonly id: SessionId;
  readonly kind: ChannelKind;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
}

/** Oldest first. */
export function endedSince(database: Database, since: number): Promise<readonly EndedSession[]> {
  return database.transaction(async (tx) => {
    const rows = await tx
      .selectFrom('session')
      .select(['id', 'kind', 'ended_at'])
      .where('ended_at', '>=', since)
      .where('id', 'not in', (is) => is.selectFrom('session_destruction').select('session_id'))
      .orderBy('ended_at')
      .execute();
    return rows.map(({ id, kind, ended_at }) => ({ id, kind, endedAt: ended_at ?? since }));
  });
}

export async function hasEnded(database: Database, session: SessionId): Promise<boolean> {
  return database.transaction(async (tx) => {
    const row = await tx.selectFrom('session').select('ended_at').where('id', '=', session).executeTakeFirst();
    return row === undefined || row.ended_at !== null;
  });
}
