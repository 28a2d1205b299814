// Holds in the database. One row each; lifting fills its second half, once.

import type { Selectable } from 'kysely';
import type { AccountId, HoldId, SessionId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { RecordHoldTable } from '../../store/schema/session-tables.ts';
import type { HoldOn } from './hold.ts';

export type HoldRow = Selectable<RecordHoldTable>;

export async function insertHold(
  tx: Tx,
  hold: {
    readonly id: HoldId;
    readonly on: HoldOn;
    readonly reason: string;
    readonly by: AccountId;
    readonly at: number;
  },
): Promise<HoldRow> {
  const row: HoldRow = {
    id: hold.id,
    session_id: 'session' in hold.on ? hold.on.session : null,
    ticket_id: 'ticket' in hold.on ? hold.on.ticket : null,
    reason: hold.reason,
    placer_id: hold.by,
    placed_at: hold.at,
    lifter_id: null,
    lifted_at: null,
    lift_reason: null,
  };
  await tx.insertInto('record_hold').values(row).execute();
  return row;
}

/** Undefined when somebody was faster. */
export async function liftHold(
  tx: Tx,
  hold: HoldRow,
  lifted: { readonly lifter_id: AccountId; readonly lifted_at: number; readonly lift_reason: string },
): Promise<HoldRow | undefined> {
  const { numUpdatedRows } = await tx
    .updateTable('record_hold')
    .set(lifted)
    .where('id', '=', hold.id)
    .where('lifted_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n ? { ...hold, ...lifted } : undefined;
}

export async function findHold(tx: Tx, id: HoldId): Promise<HoldRow | undefined> {
  return tx.selectFrom('record_hold').selectAll().where('id', '=', id).executeTakeFirst();
}

const MOST_LISTED = 1000;

/** Newest first. `open`: in force. */
export async function listHolds(tx: Tx, { open }: { readonly open?: boolean }): Promise<HoldRow[]> {
  let query = tx.selectFrom('record_hold').selectAll();
  if (open !== undefined) query = query.where('lifted_at', open ? 'is' : 'is not', null);
  return query.orderBy('placed_at', 'desc').orderBy('id', 'desc').limit(MOST_LISTED).execute();
}

/** Of these, the sessions that a hold keeps now. */
export async function heldAmong(tx: Tx, sessions: readonly SessionId[]): Promise<ReadonlySet<SessionId>> {
  if (sessions.length === 0) return new Set();
  const rows = await tx
    .selectFrom('session')
    .select('session.id')
    .where('session.id', 'in', sessions)
    .where((is) =>
      is.exists(
        is
          .selectFrom('record_hold')
          .select('record_hold.id')
          .where('lifted_at', 'is', null)
          .where((either) =>
            either.or([
              either('record_hold.session_id', '=', either.ref('session.id')),
              either('record_hold.ticket_id', '=', either.ref('session.ticket_id')),
            ]),
          ),
      ),
    )
    .execute();
  return new Set(rows.map(({ id }) => id));
}
