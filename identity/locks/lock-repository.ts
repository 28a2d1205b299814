// Locks in the database.

import type { Selectable } from 'kysely';
import type { AccountId, LockId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { AccessLockTable } from '../../store/schema/people-tables.ts';
import { type Lock, lockAbsent } from './lock.ts';

/** Not lifted and not over, oldest first. */
export async function locksInForce(tx: Tx, now: number): Promise<readonly Lock[]> {
  const rows = await tx
    .selectFrom('access_lock')
    .selectAll()
    .where('ends_at', '>', now)
    .where('lifted_at', 'is', null)
    .orderBy('placed_at')
    .orderBy('id')
    .execute();
  return rows.map(lockOf);
}

export async function insertLock(tx: Tx, { id, scope, subject, reason, ...lock }: Lock): Promise<void> {
  await tx
    .insertInto('access_lock')
    .values({
      ...{ id, scope, subject, reason },
      placed_by: lock.placedBy,
      placed_at: lock.placedAt,
      ends_at: lock.endsAt,
    })
    .execute();
}

export async function askToLift(tx: Tx, id: LockId, by: AccountId): Promise<void> {
  await change(tx, id, { lift_asked_by: by });
}

export async function liftLock(tx: Tx, id: LockId, by: AccountId, now: number): Promise<void> {
  await change(tx, id, { lifted_by: by, lifted_at: now });
}

async function change(
  tx: Tx,
  id: LockId,
  set: { lift_asked_by: AccountId } | { lifted_by: AccountId; lifted_at: number },
): Promise<void> {
  const update = tx.updateTable('access_lock').set(set).where('id', '=', id).where('lifted_at', 'is', null);
  if ((await update.executeTakeFirst()).numUpdatedRows !== 1n) throw lockAbsent();
}

function lockOf(row: Selectable<AccessLockTable>): Lock {
  const { id, scope, subject, reason } = row;
  return {
    ...{ id, scope, subject, reason },
    placedBy: row.placed_by,
    placedAt: row.placed_at,
    endsAt: row.ends_at,
    liftAskedBy: row.lift_asked_by,
  };
}
