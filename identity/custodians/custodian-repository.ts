// Custodians in the database. Nobody is deleted: recordings of their time name them.

import type { AccountId, CustodianId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { Person } from '../people/account.ts';

export interface Custodian {
  readonly id: CustodianId;
  readonly person: Person;
  /** age X25519 recipient, `age1…`. */
  readonly recipient: string;
  readonly appointedAt: number;
}

/** Those in office, in the order they were appointed. */
export async function listCustodians(tx: Tx): Promise<Custodian[]> {
  const rows = await joined(tx)
    .where('custodian.removed_at', 'is', null)
    .orderBy('custodian.appointed_at')
    .orderBy('custodian.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    person: { id: row.account_id, name: row.name, displayName: row.display_name, role: row.role, vendor: row.vendor },
    recipient: row.recipient,
    appointedAt: row.appointed_at,
  }));
}

/** Every recipient this account ever had: it may still hold the identity for old recordings. */
export async function recipientsOf(tx: Tx, account: AccountId): Promise<string[]> {
  const rows = await tx.selectFrom('custodian').select('recipient').where('account_id', '=', account).execute();
  return rows.map(({ recipient }) => recipient);
}

export async function isRecipientTaken(tx: Tx, recipient: string): Promise<boolean> {
  const row = await tx.selectFrom('custodian').select('id').where('recipient', '=', recipient).executeTakeFirst();
  return row !== undefined;
}

export async function insertCustodian(
  tx: Tx,
  { id, account, recipient, now }: { id: CustodianId; account: AccountId; recipient: string; now: number },
): Promise<void> {
  await tx
    .insertInto('custodian')
    .values({ id, account_id: account, recipient, appointed_at: now, removed_at: null })
    .execute();
}

/** The custodian this account was; undefined when it was none. */
export async function removeCustodian(tx: Tx, account: AccountId, now: number): Promise<CustodianId | undefined> {
  const row = await tx
    .updateTable('custodian')
    .set({ removed_at: now })
    .where('account_id', '=', account)
    .where('removed_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

function joined(tx: Tx) {
  return tx
    .selectFrom('custodian')
    .innerJoin('account', 'account.id', 'custodian.account_id')
    .selectAll('custodian')
    .select(['account.name', 'account.display_name', 'account.role', 'account.vendor']);
}
