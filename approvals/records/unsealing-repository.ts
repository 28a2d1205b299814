// Unsealings and the shares given for them, in the database.

import type { Selectable } from 'kysely';
import type { AccountId, SessionId, UnsealingId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { UnsealingShareTable, UnsealingTable } from '../../store/schema/session-tables.ts';

export type UnsealingRow = Selectable<UnsealingTable>;
/** With the name of who asked. */
export type NamedUnsealing = UnsealingRow & { readonly requester: string };
export type ShareRow = Selectable<UnsealingShareTable>;

export async function insertUnsealing(tx: Tx, row: UnsealingRow): Promise<void> {
  await tx.insertInto('unsealing').values(row).execute();
}

export async function findUnsealing(tx: Tx, id: UnsealingId): Promise<NamedUnsealing | undefined> {
  return withName(tx).where('unsealing.id', '=', id).executeTakeFirst();
}

/** Newest first. */
export async function listUnsealings(tx: Tx): Promise<NamedUnsealing[]> {
  return withName(tx).orderBy('asked_at', 'desc').orderBy('unsealing.id').limit(500).execute();
}

/** The one that this person may read with now. */
export async function findOpen(
  tx: Tx,
  session: SessionId,
  requester: AccountId,
  now: number,
): Promise<UnsealingRow | undefined> {
  return tx
    .selectFrom('unsealing')
    .selectAll()
    .where('session_id', '=', session)
    .where('requester_id', '=', requester)
    .where('open_until', '>', now)
    .orderBy('open_until', 'desc')
    .executeTakeFirst();
}

/** Asked for and neither open nor void. */
export async function findWaiting(
  tx: Tx,
  session: SessionId,
  requester: AccountId,
  now: number,
): Promise<UnsealingRow | undefined> {
  return tx
    .selectFrom('unsealing')
    .selectAll()
    .where('session_id', '=', session)
    .where('requester_id', '=', requester)
    .where('opened_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** False when it was open before. */
export async function openUnsealing(
  tx: Tx,
  id: UnsealingId,
  opened: { readonly now: number; readonly until: number; readonly dataKey: string },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('unsealing')
    .set({ opened_at: opened.now, open_until: opened.until, data_key: opened.dataKey })
    .where('id', '=', id)
    .where('opened_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Keys of openings that are over, and shares that nobody waits for, are not kept. */
export async function forgetOld(tx: Tx, now: number): Promise<void> {
  await tx.updateTable('unsealing').set({ data_key: null }).where('open_until', '<=', now).execute();
  const settled = tx
    .selectFrom('unsealing')
    .select('id')
    .where((is) => is.or([is('opened_at', 'is not', null), is('expires_at', '<=', now)]));
  await tx.updateTable('unsealing_share').set({ share: null }).where('unsealing_id', 'in', settled).execute();
}

/** With the names of the custodians. */
export async function sharesOf(tx: Tx, id: UnsealingId): Promise<(ShareRow & { readonly account: string })[]> {
  return tx
    .selectFrom('unsealing_share')
    .innerJoin('account', 'account.id', 'unsealing_share.account_id')
    .selectAll('unsealing_share')
    .select('account.name as account')
    .where('unsealing_id', '=', id)
    .orderBy('released_at')
    .orderBy('account_id')
    .execute();
}

/** Again is the same: a custodian may lose what they were handed. */
export async function releaseShare(tx: Tx, row: ShareRow): Promise<void> {
  await tx
    .insertInto('unsealing_share')
    .values(row)
    .onConflict((conflict) => conflict.columns(['unsealing_id', 'account_id']).doNothing())
    .execute();
}

export async function receiveShare(
  tx: Tx,
  id: UnsealingId,
  account: AccountId,
  received: { readonly now: number; readonly share: string },
): Promise<void> {
  await tx
    .updateTable('unsealing_share')
    .set({ received_at: received.now, share: received.share })
    .where('unsealing_id', '=', id)
    .where('account_id', '=', account)
    .execute();
}

function withName(tx: Tx) {
  return tx
    .selectFrom('unsealing')
    .innerJoin('account', 'account.id', 'unsealing.requester_id')
    .selectAll('unsealing')
    .select('account.name as requester');
}

/** Of a recording that is destroyed: every key and share, whoever may still read. */
export async function forgetKeysOf(tx: Tx, session: SessionId): Promise<void> {
  await tx.updateTable('unsealing').set({ data_key: null }).where('session_id', '=', session).execute();
  const theirs = tx.selectFrom('unsealing').select('id').where('session_id', '=', session);
  await tx.updateTable('unsealing_share').set({ share: null }).where('unsealing_id', 'in', theirs).execute();
}
