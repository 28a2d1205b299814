// People's SSH keys in the database. One key ↔ one account: the fingerprint is unique.

import type { Selectable } from 'kysely';
import type { AccountId, PublicKeyId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { PublicKeyTable } from '../../store/schema/people-tables.ts';

export interface PublicKey {
  readonly id: PublicKeyId;
  readonly algorithm: string;
  /** `SHA256:…` as OpenSSH prints it. */
  readonly fingerprint: string;
  readonly comment: string;
  readonly createdAt: number;
}

export async function findKeyOf(tx: Tx, account: AccountId, blob: string): Promise<PublicKey | undefined> {
  const row = await tx
    .selectFrom('public_key')
    .selectAll()
    .where('account_id', '=', account)
    .where('blob', '=', blob)
    .executeTakeFirst();
  return row && keyOf(row);
}

export async function isKeyTaken(tx: Tx, fingerprint: string): Promise<boolean> {
  const row = await tx.selectFrom('public_key').select('id').where('fingerprint', '=', fingerprint).executeTakeFirst();
  return row !== undefined;
}

export async function listKeys(tx: Tx, account: AccountId): Promise<PublicKey[]> {
  const rows = await tx
    .selectFrom('public_key')
    .selectAll()
    .where('account_id', '=', account)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(keyOf);
}

export async function insertKey(tx: Tx, account: AccountId, key: PublicKey, blob: string): Promise<void> {
  const { id, algorithm, fingerprint, comment, createdAt } = key;
  await tx
    .insertInto('public_key')
    .values({ id, account_id: account, algorithm, blob, fingerprint, comment, created_at: createdAt })
    .execute();
}

/** The removed key; undefined when this account has none of that id. */
export async function deleteKey(tx: Tx, account: AccountId, id: PublicKeyId): Promise<PublicKey | undefined> {
  const row = await tx
    .deleteFrom('public_key')
    .where('account_id', '=', account)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row && keyOf(row);
}

function keyOf(row: Selectable<PublicKeyTable>): PublicKey {
  const { id, algorithm, fingerprint, comment, created_at: createdAt } = row;
  return { id, algorithm, fingerprint, comment, createdAt };
}
