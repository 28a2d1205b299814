// Emergencies that nobody reviewed in time: said once for each (R7).

import type { AppendEvidence } from '../../audit/event.ts';
import type { Tx } from '../../store/database.ts';

export function sayUnreviewed(append: AppendEvidence) {
  return async (tx: Tx, now: number): Promise<number> => {
    const overdue = await tx
      .selectFrom('emergency_review')
      .innerJoin('ticket', 'ticket.id', 'emergency_review.ticket_id')
      .select(['ticket.id', 'ticket.number', 'emergency_review.due_at as due'])
      .where('emergency_review.reviewer_id', 'is', null)
      .where('emergency_review.said_at', 'is', null)
      .where('emergency_review.due_at', '<=', now)
      .orderBy('emergency_review.due_at')
      .execute();
    for (const { id, number, due } of overdue) {
      await tx.updateTable('emergency_review').set({ said_at: now }).where('ticket_id', '=', id).execute();
      await append(tx, {
        type: 'emergency.unreviewed',
        actor: { kind: 'system' },
        details: { ticket: id, number, due },
      });
    }
    return overdue.length;
  };
}
