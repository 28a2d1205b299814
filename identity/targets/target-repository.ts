// Targets and their accounts in the database. A credential leaves it only through `keptCredential`.

import type { Selectable } from 'kysely';
import type { TargetAccountId, TargetId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { TargetTable } from '../../store/schema/ticket-tables.ts';
import type { CredentialKind, SecretKind } from './credential.ts';

export interface Target {
  readonly id: TargetId;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Pinned: `algorithm base64`. */
  readonly hostKey: string;
  readonly createdAt: number;
  readonly retiredAt: number | null;
}

export interface TargetAccount {
  readonly id: TargetAccountId;
  readonly target: TargetId;
  readonly login: string;
  readonly credentialKind: CredentialKind;
  readonly createdAt: number;
  readonly retiredAt: number | null;
}

export async function listTargets(tx: Tx): Promise<Target[]> {
  const rows = await tx.selectFrom('target').selectAll().orderBy('name').execute();
  return rows.map(targetOf);
}

export async function findTarget(tx: Tx, id: TargetId): Promise<Target | undefined> {
  const row = await tx.selectFrom('target').selectAll().where('id', '=', id).executeTakeFirst();
  return row && targetOf(row);
}

export async function insertTarget(tx: Tx, target: Target): Promise<void> {
  const { id, name, host, port, hostKey: host_key, createdAt: created_at } = target;
  await tx
    .insertInto('target')
    .values({ id, name, host, port, host_key, created_at, retired_at: null, version: 1 })
    .execute();
}

export async function listTargetAccounts(tx: Tx): Promise<TargetAccount[]> {
  const rows = await tx
    .selectFrom('target_account')
    .select(['id', 'target_id', 'login', 'credential_kind', 'created_at', 'retired_at'])
    .orderBy('login')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    target: row.target_id,
    login: row.login,
    credentialKind: row.credential_kind,
    createdAt: row.created_at,
    retiredAt: row.retired_at,
  }));
}

export async function insertTargetAccount(tx: Tx, account: TargetAccount, sealed: string | null): Promise<void> {
  await tx
    .insertInto('target_account')
    .values({
      id: account.id,
      target_id: account.target,
      login: account.login,
      credential_kind: account.credentialKind,
      credential: sealed,
      created_at: account.createdAt,
      retired_at: null,
    })
    .execute();
}

export type KeptCredential =
  | { readonly kind: SecretKind; readonly sealed: string }
  /** Nothing is kept. */
  | { readonly kind: 'certificate' };

export async function keptCredential(tx: Tx, id: TargetAccountId): Promise<KeptCredential | undefined> {
  const row = await tx
    .selectFrom('target_account')
    .select(['credential_kind', 'credential'])
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { credential_kind: kind, credential: sealed } = row;
  if (kind === 'certificate') return { kind };
  if (sealed === null) throw new Error(`expected a sealed ${kind} of ${id}, got none`);
  return { kind, sealed };
}

function targetOf(row: Selectable<TargetTable>): Target {
  return {
    id: row.id,
    name: row.name,
    host: row.host,
    port: row.port,
    hostKey: row.host_key,
    createdAt: row.created_at,
    retiredAt: row.retired_at,
  };
}
