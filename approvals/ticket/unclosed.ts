// Tickets that are over and were never reported done: said once for each, some days after the window (R34).

import type { AppendEvidence } from '../../audit/event.ts';
import type { Tx } from '../../store/database.ts';

const DAY = 86_400_000;

export function sayUnclosed(append: AppendEvidence, days: number) {
  return async (tx: Tx, now: number): Promise<number> => {
    const over = await tx
      .selectFrom('ticket')
      .select(['id', 'number', 'window_end'])
      .where('state', '=', 'approved')
      .where('window_end', '<', now - days * DAY)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('ticket_unclosed').select('ticket_id').whereRef('ticket_id', '=', 'ticket.id'))),
      )
      .orderBy('window_end')
      .execute();
    for (const { id, number, window_end } of over) {
      await tx.insertInto('ticket_unclosed').values({ ticket_id: id, said_at: now }).execute();
      const details = { ticket: id, number, ended: window_end };
      await append(tx, { type: 'ticket.unclosed', actor: { kind: 'system' }, details });
    }
    return over.length;
  };
}
