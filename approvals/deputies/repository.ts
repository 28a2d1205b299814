// Deputies in the database.

import type { Selectable } from 'kysely';
import type { AccountId, DeputyId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { DeputyTable } from '../../store/schema/ticket-tables.ts';
import type { Deputy } from './deputy.ts';

export async function insertDeputy(tx: Tx, { id, head, deputy, from, until, reason, appointedAt }: Deputy) {
  await tx
    .insertInto('deputy')
    .values({
      id,
      head_id: head,
      deputy_id: deputy,
      starts_at: from,
      ends_at: until,
      reason,
      appointed_at: appointedAt,
      ended_at: null,
    })
    .execute();
}

/** Newest first. */
export async function allDeputies(tx: Tx): Promise<readonly Deputy[]> {
  const rows = await tx.selectFrom('deputy').selectAll().orderBy('appointed_at', 'desc').execute();
  return rows.map(deputyOf);
}

export async function deputiesOf(tx: Tx, account: AccountId): Promise<readonly Deputy[]> {
  const rows = await tx.selectFrom('deputy').selectAll().where('deputy_id', '=', account).execute();
  return rows.map(deputyOf);
}

/** Those of this head, and those this person is. */
export async function deputiesAround(tx: Tx, account: AccountId): Promise<readonly Deputy[]> {
  const rows = await tx
    .selectFrom('deputy')
    .selectAll()
    .where((is) => is.or([is('deputy_id', '=', account), is('head_id', '=', account)]))
    .execute();
  return rows.map(deputyOf);
}

export async function findDeputy(tx: Tx, id: DeputyId): Promise<Deputy | undefined> {
  const row = await tx.selectFrom('deputy').selectAll().where('id', '=', id).executeTakeFirst();
  return row && deputyOf(row);
}

/** False when it had ended already. */
export async function endDeputy(tx: Tx, id: DeputyId, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('deputy')
    .set({ ended_at: now })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function deputyOf(row: Selectable<DeputyTable>): Deputy {
  return {
    id: row.id,
    head: row.head_id,
    deputy: row.deputy_id,
    from: row.starts_at,
    until: row.ends_at,
    reason: row.reason,
    appointedAt: row.appointed_at,
    endedAt: row.ended_at,
  };
}
