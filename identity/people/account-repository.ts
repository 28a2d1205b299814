// Accounts in the database. Every change is compare-and-swap on the version; exactly one row must change.

import type { ExpressionBuilder, Selectable, Updateable } from 'kysely';
import type { AccountId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { AccountTable } from '../../store/schema/people-tables.ts';
import type { Tables } from '../../store/schema/tables.ts';
import type { AuthenticatedUser } from '../login/authenticated-user.ts';
import { type Account, accountChanged, accountNotActive } from './account.ts';
import type { IdentityCheck } from './identity-check.ts';

export async function findAccount(tx: Tx, id: AccountId): Promise<Account | undefined> {
  const row = await tx.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst();
  return row && accountOf(row);
}

export async function findAccountByName(tx: Tx, name: string): Promise<Account | undefined> {
  const row = await tx.selectFrom('account').selectAll().where('name', '=', name).executeTakeFirst();
  return row && accountOf(row);
}

export async function listAccounts(tx: Tx): Promise<Account[]> {
  const rows = await tx.selectFrom('account').selectAll().orderBy('created_at').orderBy('id').execute();
  return rows.map(accountOf);
}

/** Whose person has that identity and has not left. */
export async function findAccountByIdentity(tx: Tx, digest: string): Promise<Account | undefined> {
  const row = await tx
    .selectFrom('account')
    .selectAll()
    .where('identity_digest', '=', digest)
    .where('state', '<>', 'departed')
    .executeTakeFirst();
  return row && accountOf(row);
}

/** Other accounts among these that belong, or belonged, to the same person. */
export async function accountsOfSamePerson(tx: Tx, { id, among }: { id: AccountId; among: readonly AccountId[] }) {
  if (among.length === 0) return [];
  const own = (of: ExpressionBuilder<Tables, 'account'>) =>
    of.selectFrom('account as own').select('own.identity_digest').where('own.id', '=', id);
  const rows = await tx
    .selectFrom('account')
    .selectAll()
    .where('id', 'in', among)
    .where('id', '<>', id)
    .where('identity_digest', '=', own)
    .execute();
  return rows.map(accountOf);
}

/**
 * `id`, or the account that acts where both belong to the same person: what a duty forbids about somebody's own it
 * forbids about what they did under the account they had before.
 */
export async function asOwn(tx: Tx, { account }: AuthenticatedUser, id: AccountId): Promise<AccountId> {
  return (await accountsOfSamePerson(tx, { id: account.id, among: [id] })).length > 0 ? account.id : id;
}

export async function identifyAccount(tx: Tx, account: Account, check: IdentityCheck): Promise<void> {
  await swap(tx, account, identityColumns(check));
}

function identityColumns(check: IdentityCheck | null) {
  return {
    identity_document: check?.document ?? null,
    identity_digest: check?.digest ?? null,
    identity_seen_by: check?.seenBy ?? null,
    identity_seen_at: check?.seenAt ?? null,
  };
}

export async function insertInvitedAccount(
  tx: Tx,
  person: Account['person'],
  identity: IdentityCheck | null,
  now: number,
): Promise<void> {
  await tx
    .insertInto('account')
    .values({
      id: person.id,
      name: person.name,
      display_name: person.displayName,
      role: person.role,
      vendor: person.vendor,
      state: 'invited',
      password_hash: null,
      totp_secret: null,
      totp_step: 0,
      created_at: now,
      departed_at: null,
      ...identityColumns(identity),
      version: 1,
    })
    .execute();
}

/** invited → active. */
export async function activateAccount(
  tx: Tx,
  account: Account,
  factors: NonNullable<Account['factors']>,
): Promise<void> {
  await swap(tx, account, {
    state: 'active',
    password_hash: factors.passwordHash,
    totp_secret: factors.totpSecret,
    totp_step: factors.totpStep,
  });
}

/** invited or active → departed, with every factor gone. */
export async function departAccount(tx: Tx, account: Account, now: number): Promise<void> {
  await swap(tx, account, { state: 'departed', password_hash: null, totp_secret: null, departed_at: now });
}

/**
 * The last accepted TOTP step moves forward to `step`; false when another door was faster. The version stays: a login
 * must not disturb somebody who is changing the account.
 */
export async function advanceTotpStep(tx: Tx, id: AccountId, step: number): Promise<boolean> {
  const result = await tx
    .updateTable('account')
    .set({ totp_step: step })
    .where('id', '=', id)
    .where('state', '=', 'active')
    .where('totp_step', '<', step)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Whoever acts must still be active now, whatever they were when they signed in. */
export async function requireActive(tx: Tx, user: AuthenticatedUser): Promise<Account> {
  const account = await findAccount(tx, user.account.id);
  if (account?.state !== 'active') throw accountNotActive();
  return account;
}

async function swap(tx: Tx, account: Account, change: Updateable<AccountTable>): Promise<void> {
  const result = await tx
    .updateTable('account')
    .set({ ...change, version: account.version + 1 })
    .where('id', '=', account.person.id)
    .where('version', '=', account.version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) throw accountChanged();
}

function accountOf(row: Selectable<AccountTable>): Account {
  const { password_hash: passwordHash, totp_secret: totpSecret, totp_step: totpStep } = row;
  return {
    person: { id: row.id, name: row.name, displayName: row.display_name, role: row.role, vendor: row.vendor },
    state: row.state,
    createdAt: row.created_at,
    departedAt: row.departed_at,
    identity: identityOf(row),
    factors: passwordHash === null || totpSecret === null ? null : { passwordHash, totpSecret, totpStep },
    version: row.version,
  };
}

function identityOf(row: Selectable<AccountTable>): IdentityCheck | null {
  const { identity_document: document, identity_digest: digest } = row;
  const { identity_seen_by: seenBy, identity_seen_at: seenAt } = row;
  if (document === null || digest === null || seenBy === null || seenAt === null) return null;
  return { document, digest, seenBy, seenAt };
}
