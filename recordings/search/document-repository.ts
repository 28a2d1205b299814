// Documents of the index in the database, and which sessions they are of. A document counts only once its session is
// written down as indexed.

import type { SessionId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';

export interface StoredDocument {
  readonly number: number;
  readonly session: SessionId;
  readonly sealed: Buffer;
}

export interface IndexedSession {
  readonly session: SessionId;
  readonly documents: number;
  readonly whole: boolean;
}

/** The next document's number. */
export async function nextNumber(tx: Tx): Promise<number> {
  const { last } = await tx
    .selectFrom('search_document')
    .select((is) => is.fn.max('number').as('last'))
    .executeTakeFirstOrThrow();
  return Number(last ?? 0) + 1;
}

export async function insertDocuments(tx: Tx, documents: readonly StoredDocument[]): Promise<void> {
  if (documents.length === 0) return;
  const rows = documents.map(({ number, session, sealed }) => ({ number, session_id: session, text: sealed }));
  await tx.insertInto('search_document').values(rows).execute();
}

export async function readDocuments(tx: Tx, numbers: readonly number[]): Promise<StoredDocument[]> {
  if (numbers.length === 0) return [];
  const rows = await tx.selectFrom('search_document').selectAll().where('number', 'in', numbers).execute();
  return rows.map(({ number, session_id, text }) => ({ number, session: session_id, sealed: text }));
}

export async function newestDocument(tx: Tx): Promise<StoredDocument | undefined> {
  const row = await tx.selectFrom('search_document').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirst();
  return row && { number: row.number, session: row.session_id, sealed: row.text };
}

/** All of it, to be made again. */
export async function dropEverything(tx: Tx): Promise<void> {
  for (const table of ['search_session', 'search_document', 'search_bucket', 'search_segment'] as const) {
    await tx.deleteFrom(table).execute();
  }
}

export async function numbersOf(tx: Tx, session: SessionId): Promise<number[]> {
  const rows = await tx.selectFrom('search_document').select('number').where('session_id', '=', session).execute();
  return rows.map(({ number }) => number);
}

export async function dropDocuments(tx: Tx, session: SessionId): Promise<void> {
  await tx.deleteFrom('search_document').where('session_id', '=', session).execute();
  await tx.deleteFrom('search_session').where('session_id', '=', session).execute();
}

/** What a crash left of sessions that are not written down as indexed. */
export async function dropUnfinished(tx: Tx): Promise<void> {
  await tx
    .deleteFrom('search_document')
    .where('session_id', 'not in', (is) => is.selectFrom('search_session').select('session_id'))
    .execute();
}

export async function insertIndexed(tx: Tx, sessions: readonly IndexedSession[], now: number): Promise<void> {
  const rows = sessions.map(({ session, documents, whole }) => ({
    session_id: session,
    documents,
    whole: whole ? (1 as const) : (0 as const),
    indexed_at: now,
  }));
  if (rows.length > 0) await tx.insertInto('search_session').values(rows).execute();
}

/** Of these, the sessions of which only a part can be searched. */
export async function partlyIndexed(tx: Tx, sessions: readonly SessionId[]): Promise<ReadonlySet<SessionId>> {
  if (sessions.length === 0) return new Set();
  const rows = await tx
    .selectFrom('search_session')
    .select('session_id')
    .where('whole', '=', 0)
    .where('session_id', 'in', sessions)
    .execute();
  return new Set(rows.map(({ session_id }) => session_id));
}

export interface WaitingSession {
  readonly session: SessionId;
  readonly command: string | null;
}

/** Sessions that have ended and are not in the index, the first that ended first. */
export async function waitingSessions(tx: Tx, most: number): Promise<WaitingSession[]> {
  const rows = await waiting(tx)
    .select(['session.id', 'session.command'])
    .orderBy('session.ended_at')
    .orderBy('session.id')
    .limit(most)
    .execute();
  return rows.map(({ id, command }) => ({ session: id, command }));
}

export async function waitingCount(tx: Tx): Promise<number> {
  const { count } = await waiting(tx)
    .select((is) => is.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

function waiting(tx: Tx) {
  return tx
    .selectFrom('session')
    .leftJoin('search_session', 'search_session.session_id', 'session.id')
    .leftJoin('session_destruction', 'session_destruction.session_id', 'session.id')
    .where('session.ended_at', 'is not', null)
    .where('search_session.session_id', 'is', null)
    .where('session_destruction.session_id', 'is', null);
}
