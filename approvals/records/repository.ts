// Requests in the database. Saving is compare-and-swap on the version: exactly one row must change.

import { canonicalJson } from '../../store/core/canonical-json.ts';
import type { AccountId, RecordRequestId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import { type RecordRequest, type RequestProgress, requestChanged } from './request.ts';
import { progressColumns, requestOf } from './row.ts';

export async function insertRequest(tx: Tx, request: RecordRequest): Promise<void> {
  await tx
    .insertInto('record_request')
    .values({
      id: request.id,
      kind: request.kind,
      session_id: request.session,
      terms: canonicalJson(request.terms),
      requester_id: request.requester,
      reason: request.reason,
      created_at: request.createdAt,
      version: request.version,
      ...progressColumns(request.progress),
    })
    .execute();
}

/** Throws `record-request.changed` when somebody was faster. */
export async function saveProgress(tx: Tx, request: RecordRequest, progress: RequestProgress): Promise<RecordRequest> {
  const version = request.version + 1;
  const result = await tx
    .updateTable('record_request')
    .set({ ...progressColumns(progress), version })
    .where('id', '=', request.id)
    .where('version', '=', request.version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) throw requestChanged();
  return { ...request, progress, version };
}

export async function findRequest(tx: Tx, id: RecordRequestId): Promise<RecordRequest | undefined> {
  const row = await tx.selectFrom('record_request').selectAll().where('id', '=', id).executeTakeFirst();
  return row && requestOf(row);
}

export interface RequestSelection {
  /** Text from outside; one that names nothing finds nothing. */
  readonly session?: string;
  readonly open?: boolean;
  readonly requester?: AccountId;
}

const MOST_LISTED = 1000;

/** Newest first, the newest thousand. `open`: not final yet. */
export async function findRequests(tx: Tx, { session, open, requester }: RequestSelection): Promise<RecordRequest[]> {
  let query = tx.selectFrom('record_request').selectAll();
  if (session !== undefined) query = query.where((is) => is(is.cast<string>('session_id', 'text'), '=', session));
  if (requester !== undefined) query = query.where('requester_id', '=', requester);
  if (open !== undefined) query = query.where('state', open ? 'in' : 'not in', ['waiting', 'approved']);
  const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(MOST_LISTED).execute();
  return rows.map(requestOf);
}
