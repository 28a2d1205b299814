// Which recordings are due, which have been destroyed, and which of these are not erased yet.

import type { RecordRequestId, SessionId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';

export async function isDestroyed(tx: Tx, session: SessionId): Promise<boolean> {
  const row = await tx
    .selectFrom('session_destruction')
    .select('session_id')
    .where('session_id', '=', session)
    .executeTakeFirst();
  return row !== undefined;
}

/** Refused by the database while on hold, before the floor, and without two people. */
export async function insertDestruction(
  tx: Tx,
  destroyed: { readonly session: SessionId; readonly request: RecordRequestId; readonly at: number },
): Promise<void> {
  const { session, request, at } = destroyed;
  await tx
    .insertInto('session_destruction')
    .values({ session_id: session, request_id: request, destroyed_at: at, erased_at: null })
    .execute();
}

/** What the log says was destroyed and of which something may still be there. */
export async function notErased(tx: Tx): Promise<SessionId[]> {
  const rows = await tx
    .selectFrom('session_destruction')
    .select('session_id')
    .where('erased_at', 'is', null)
    .orderBy('destroyed_at')
    .orderBy('session_id')
    .execute();
  return rows.map(({ session_id }) => session_id);
}

/** Again is the same. */
export async function saveErased(tx: Tx, session: SessionId, now: number): Promise<void> {
  await tx
    .updateTable('session_destruction')
    .set({ erased_at: now })
    .where('session_id', '=', session)
    .where('erased_at', 'is', null)
    .execute();
}

const MOST_LISTED = 1000;

/** Sessions that ended by `until` and have not been destroyed, the oldest first; and how many there are. */
export async function endedBy(
  tx: Tx,
  until: number,
): Promise<{ readonly sessions: SessionId[]; readonly all: number }> {
  const rows = await kept(tx, until)
    .select('session.id')
    .orderBy('session.ended_at')
    .orderBy('session.id')
    .limit(MOST_LISTED)
    .execute();
  const { count } = await kept(tx, until)
    .select((is) => is.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return { sessions: rows.map(({ id }) => id), all: Number(count) };
}

function kept(tx: Tx, until: number) {
  return tx
    .selectFrom('session')
    .leftJoin('session_destruction', 'session_destruction.session_id', 'session.id')
    .where('session.ended_at', '<=', until)
    .where('session_destruction.session_id', 'is', null);
}

export async function insertAsked(tx: Tx, request: RecordRequestId, sessions: readonly SessionId[]): Promise<void> {
  const rows = sessions.map((session) => ({ request_id: request, session_id: session }));
  await tx.insertInto('record_request_about').values(rows).execute();
}

/** In the order of their ids. */
export async function askedSessions(tx: Tx, request: RecordRequestId): Promise<SessionId[]> {
  const rows = await tx
    .selectFrom('record_request_about')
    .select('session_id')
    .where('request_id', '=', request)
    .orderBy('session_id')
    .execute();
  return rows.map(({ session_id }) => session_id);
}
