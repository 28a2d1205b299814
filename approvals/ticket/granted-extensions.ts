// The extensions that were granted: what makes a window longer than it was asked for.

import type { TicketId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { Extension } from './ticket.ts';

/** In the order of their granting. */
export async function grantedExtensions(tx: Tx, tickets: readonly TicketId[]): Promise<Map<TicketId, Extension[]>> {
  const found = new Map<TicketId, Extension[]>();
  for (const row of await grantedOf(tx, tickets)) keep(found, row);
  return found;
}

/** Databases bound the number of parameters of one statement; of very many tickets, all are read. */
const MANY = 500;

function grantedOf(tx: Tx, tickets: readonly TicketId[]) {
  const all = tx
    .selectFrom('ticket_extension')
    .select(['ticket_id', 'window_number', 'until', 'decider_id', 'decided_at']);
  return (tickets.length > MANY ? all : all.where('ticket_id', 'in', tickets))
    .where('state', '=', 'granted')
    .orderBy('decided_at')
    .orderBy('id')
    .execute();
}

type Granted = Awaited<ReturnType<typeof grantedOf>>[number];

function keep(found: Map<TicketId, Extension[]>, row: Granted): void {
  const { ticket_id: ticket, window_number: window, until, decider_id: by, decided_at: at } = row;
  // The constraint `ticket_extension_decided` holds both.
  if (by === null || at === null) return;
  found.set(ticket, [...(found.get(ticket) ?? []), { window, until, by, at }]);
}
