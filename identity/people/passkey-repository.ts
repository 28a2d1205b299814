// Passkeys in the database. One credential ↔ one account; the counter only ever moves forward.

import type { Selectable } from 'kysely';
import type { AccountId, PasskeyId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { PasskeyTable } from '../../store/schema/people-tables.ts';

export interface Passkey {
  readonly id: PasskeyId;
  readonly account: AccountId;
  /** The authenticator's name for it, base64url. */
  readonly credential: string;
  /** COSE_Key, base64url. */
  readonly publicKey: string;
  readonly signCounter: number;
  readonly transports: readonly string[];
  /** Whether the authenticator finds it without being told its name, as signing in needs it. */
  readonly discoverable: boolean;
  readonly name: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

export async function findPasskey(tx: Tx, credential: string): Promise<Passkey | undefined> {
  const row = await tx.selectFrom('passkey').selectAll().where('credential', '=', credential).executeTakeFirst();
  return row && passkeyOf(row);
}

export async function listPasskeys(tx: Tx, account: AccountId): Promise<Passkey[]> {
  const rows = await tx
    .selectFrom('passkey')
    .selectAll()
    .where('account_id', '=', account)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(passkeyOf);
}

export async function insertPasskey(tx: Tx, passkey: Passkey): Promise<void> {
  await tx
    .insertInto('passkey')
    .values({
      id: passkey.id,
      account_id: passkey.account,
      credential: passkey.credential,
      public_key: passkey.publicKey,
      sign_counter: passkey.signCounter,
      transports: JSON.stringify(passkey.transports),
      discoverable: passkey.discoverable ? 1 : 0,
      name: passkey.name,
      created_at: passkey.createdAt,
      last_used_at: passkey.lastUsedAt,
    })
    .execute();
}

/**
 * Used now, at this count; false when it is gone, or when a count as late was seen before. Authenticators that do not
 * count say 0 each time (WebAuthn § 6.1.1), and for them alone the same count is none that went back.
 */
export async function advancePasskey(
  tx: Tx,
  { id, account }: Pick<Passkey, 'id' | 'account'>,
  counter: number,
  now: number,
): Promise<boolean> {
  const result = await tx
    .updateTable('passkey')
    .set({ sign_counter: counter, last_used_at: now })
    .where('id', '=', id)
    .where('account_id', '=', account)
    .where((is) => is.or([is('sign_counter', '<', counter), ...(counter === 0 ? [is('sign_counter', '=', 0)] : [])]))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The removed passkey; undefined when this account has none of that id. */
export async function deletePasskey(tx: Tx, account: AccountId, id: PasskeyId): Promise<Passkey | undefined> {
  const row = await tx
    .deleteFrom('passkey')
    .where('account_id', '=', account)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row && passkeyOf(row);
}

/** Removes every passkey of an account; how many there were. */
export async function deletePasskeysOf(tx: Tx, account: AccountId): Promise<number> {
  const result = await tx.deleteFrom('passkey').where('account_id', '=', account).executeTakeFirst();
  return Number(result.numDeletedRows);
}

function passkeyOf(row: Selectable<PasskeyTable>): Passkey {
  const transports: unknown = JSON.parse(row.transports);
  return {
    id: row.id,
    account: row.account_id,
    credential: row.credential,
    publicKey: row.public_key,
    signCounter: row.sign_counter,
    transports: Array.isArray(transports) ? transports.map(String) : [],
    discoverable: row.discoverable === 1,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}
