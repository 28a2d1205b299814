// Invitations in the database: the token's hash, the sealed TOTP secret on offer, and whether it is still open.

import type { AccountId, InvitationId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';

export interface Invitation {
  readonly id: InvitationId;
  readonly account: AccountId;
  /** Sealed under `totp:<account>`. */
  readonly totpSecret: string;
  readonly expiresAt: number;
}

export async function insertInvitation(
  tx: Tx,
  invitation: Invitation & { readonly tokenHash: string; readonly createdAt: number },
): Promise<void> {
  await tx
    .insertInto('invitation')
    .values({
      id: invitation.id,
      account_id: invitation.account,
      token_hash: invitation.tokenHash,
      totp_secret: invitation.totpSecret,
      created_at: invitation.createdAt,
      expires_at: invitation.expiresAt,
      used_at: null,
    })
    .execute();
}

/** The open invitation with this token. */
export async function findInvitation(tx: Tx, tokenHash: string, now: number): Promise<Invitation | undefined> {
  const row = await tx
    .selectFrom('invitation')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && { id: row.id, account: row.account_id, totpSecret: row.totp_secret, expiresAt: row.expires_at };
}

/** False when somebody else used it first. */
export async function useInvitation(tx: Tx, id: InvitationId, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('invitation')
    .set({ used_at: now })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Voids what is open for an account; how many there were. */
export async function voidInvitations(tx: Tx, account: AccountId, now: number): Promise<number> {
  const result = await tx
    .updateTable('invitation')
    .set({ used_at: now })
    .where('account_id', '=', account)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Account → when its open invitation expires. */
export async function openInvitations(tx: Tx, now: number): Promise<Map<AccountId, number>> {
  const rows = await tx
    .selectFrom('invitation')
    .select(['account_id', 'expires_at'])
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .execute();
  return new Map(rows.map((row) => [row.account_id, row.expires_at]));
}
