// Wishes for more time in the database. Saving is compare-and-swap on the version: exactly one row must change.

import type { Selectable } from 'kysely';
import type { AccountId, ExtensionId, TicketId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { TicketExtensionTable } from '../../store/schema/ticket-tables.ts';
import { type Decision, type ExtensionProgress, type ExtensionWish, extensionChanged } from './extension.ts';

export async function insertExtension(tx: Tx, wish: ExtensionWish): Promise<void> {
  await tx
    .insertInto('ticket_extension')
    .values({
      id: wish.id,
      ticket_id: wish.ticket,
      window_number: wish.window,
      from_end: wish.fromEnd,
      until: wish.until,
      asker_id: wish.asker,
      reason: wish.reason,
      asked_at: wish.askedAt,
      version: wish.version,
      ...progressColumns(wish.progress),
    })
    .execute();
}

/** Throws `extension.changed` when somebody was faster. */
export async function saveExtension(tx: Tx, wish: ExtensionWish, progress: ExtensionProgress): Promise<ExtensionWish> {
  const version = wish.version + 1;
  const result = await tx
    .updateTable('ticket_extension')
    .set({ ...progressColumns(progress), version })
    .where('id', '=', wish.id)
    .where('version', '=', wish.version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) throw extensionChanged();
  return { ...wish, progress, version };
}

export async function findExtension(tx: Tx, id: ExtensionId): Promise<ExtensionWish | undefined> {
  const row = await tx.selectFrom('ticket_extension').selectAll().where('id', '=', id).executeTakeFirst();
  return row && extensionOf(row);
}

/** Of one ticket, or what one person asked for and nobody decided; newest first. */
export async function findExtensions(
  tx: Tx,
  of: { readonly ticket: TicketId } | { readonly openOf: AccountId },
): Promise<ExtensionWish[]> {
  const all = tx.selectFrom('ticket_extension').selectAll();
  const chosen =
    'ticket' in of
      ? all.where('ticket_id', '=', of.ticket)
      : all.where('asker_id', '=', of.openOf).where('state', '=', 'asked');
  return (await chosen.orderBy('asked_at', 'desc').orderBy('id', 'desc').execute()).map(extensionOf);
}

function progressColumns(progress: ExtensionProgress) {
  const decision = 'grant' in progress ? progress.grant : 'refusal' in progress ? progress.refusal : null;
  return {
    state: progress.state,
    decider_id: decision?.by ?? null,
    decided_at: decision?.at ?? null,
    decision_reason: 'reason' in progress ? progress.reason : null,
  };
}

function extensionOf(row: Selectable<TicketExtensionTable>): ExtensionWish {
  return {
    id: row.id,
    ticket: row.ticket_id,
    window: row.window_number,
    fromEnd: row.from_end,
    until: row.until,
    asker: row.asker_id,
    reason: row.reason,
    progress: progressOf(row),
    askedAt: row.asked_at,
    version: row.version,
  };
}

function progressOf(row: Selectable<TicketExtensionTable>): ExtensionProgress {
  switch (row.state) {
    case 'asked':
      return { state: 'asked' };
    case 'granted':
      return { state: 'granted', grant: decisionOf(row) };
    case 'refused':
      return { state: 'refused', refusal: decisionOf(row), reason: row.decision_reason ?? '' };
    case 'withdrawn':
      return { state: 'withdrawn' };
  }
}

function decisionOf({ decider_id: by, decided_at: at }: Selectable<TicketExtensionTable>): Decision {
  if (by === null || at === null) throw new Error('expected who decided on more time and when, got a missing value');
  return { by, at };
}
