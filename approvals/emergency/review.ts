// What two people opened in an emergency, a head looks at within a day: justified or not, in their own words. Whoever
// opened it does not review it. Nobody having done so in time is an event, once.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AccountId, TicketId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Tx } from '../../store/database.ts';
import { hasDecided } from '../ticket/passage.ts';
import type { Ticket } from '../ticket/ticket.ts';

export const REVIEW_WITHIN_MS = 24 * 3_600_000;

export type Verdict = 'justified' | 'not-justified';

export interface EmergencyReview {
  readonly dueAt: number;
  readonly review: {
    readonly by: AccountId;
    readonly at: number;
    readonly verdict: Verdict;
    readonly note: string;
  } | null;
}

export const nothingToReview = defineRefusal('emergency.nothing-to-review', 'conflict', () => ({
  zh: '这张工单不是应急通道，或已经复核',
  en: 'this ticket was no emergency, or has been reviewed',
}));

export const openerReviews = defineRefusal('duty.opener-reviews-own', 'forbidden', () => ({
  zh: '应急通道须由没有参与打开的人复核',
  en: 'an emergency is reviewed by somebody who did not open it',
}));

/** With the approval that opened it. */
export async function awaitReview(tx: Tx, append: AppendEvidence, { id, content }: Ticket, now: number): Promise<void> {
  const reviewDue = now + REVIEW_WITHIN_MS;
  await tx.insertInto('emergency_review').values({ ticket_id: id, due_at: reviewDue }).execute();
  const drill = content.terms.urgency === 'drill';
  await append(tx, { type: 'emergency.opened', actor: { kind: 'system' }, details: { ticket: id, drill, reviewDue } });
}

export async function findReview(tx: Tx, ticket: TicketId): Promise<EmergencyReview | null> {
  const row = await tx.selectFrom('emergency_review').selectAll().where('ticket_id', '=', ticket).executeTakeFirst();
  if (row === undefined) return null;
  const { due_at: dueAt, reviewer_id: by, reviewed_at: at, verdict, note } = row;
  const done = by !== null && at !== null && verdict !== null;
  return { dueAt, review: done ? { by, at, verdict, note: note ?? '' } : null };
}

/** Throws `emergency.nothing-to-review`, `duty.opener-reviews-own`. */
export async function writeReview(
  tx: Tx,
  { id, progress }: Ticket,
  { by, verdict, note, now }: { by: AccountId; verdict: Verdict; note: string; now: number },
): Promise<void> {
  if ((await findReview(tx, id))?.review !== null) throw nothingToReview();
  const passage = 'passage' in progress ? progress.passage : null;
  if (passage !== null && hasDecided(passage, by)) throw openerReviews();
  const { numUpdatedRows } = await tx
    .updateTable('emergency_review')
    .set({ reviewer_id: by, reviewed_at: now, verdict, note })
    .where('ticket_id', '=', id)
    .where('reviewer_id', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw nothingToReview();
}
