// The user CA's keys in the database. A private half leaves it only through `sealedSigningKey`.

import type { UserCaKeyId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { UserCaKeyState } from '../../store/schema/ticket-tables.ts';

export interface UserCaKey {
  readonly id: UserCaKeyId;
  /** Base64 of the wire form. */
  readonly publicKey: string;
  readonly state: UserCaKeyState;
  readonly madeAt: number;
}

export const caKeyContext = (id: UserCaKeyId): string => `user-ca:${id}`;

/** Oldest first. */
export async function listCaKeys(tx: Tx): Promise<UserCaKey[]> {
  const rows = await tx
    .selectFrom('user_ca_key')
    .select(['id', 'public_key', 'state', 'made_at'])
    .orderBy('made_at')
    .orderBy('id')
    .execute();
  return rows.map(({ id, public_key, state, made_at }) => ({ id, publicKey: public_key, state, madeAt: made_at }));
}

export async function insertCaKey(tx: Tx, { id, publicKey, state, madeAt }: UserCaKey, sealed: string): Promise<void> {
  await tx
    .insertInto('user_ca_key')
    .values({ id, public_key: publicKey, private_key: sealed, state, made_at: madeAt })
    .execute();
}

/** Compare-and-swap. Whatever signs no more has no private half from then on. */
export async function moveCaKey(tx: Tx, { id, state }: UserCaKey, to: UserCaKeyState): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('user_ca_key')
    .set({ state: to, ...(to !== 'signing' && { private_key: null }) })
    .where('id', '=', id)
    .where('state', '=', state)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) throw new Error(`expected one key ${id} that is ${state}, got ${numUpdatedRows}`);
}

/** For the signer alone; a test says so. */
export async function sealedSigningKey(
  tx: Tx,
): Promise<{ readonly id: UserCaKeyId; readonly publicKey: string; readonly sealed: string } | undefined> {
  const row = await tx
    .selectFrom('user_ca_key')
    .select(['id', 'public_key', 'private_key'])
    .where('state', '=', 'signing')
    .executeTakeFirst();
  if (row === undefined || row.private_key === null) return undefined;
  return { id: row.id, publicKey: row.public_key, sealed: row.private_key };
}
