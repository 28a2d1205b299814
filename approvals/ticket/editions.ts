// Every edition of a ticket as it was submitted, for whoever wants to see what was changed between two.

import type { TicketId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import { type ChannelPlace, contentText } from './content.ts';
import type { Ticket } from './ticket.ts';

export interface Edition {
  readonly edition: number;
  readonly submittedAt: number;
  readonly contentHash: string;
  /** Canonical JSON, see `contentText`. */
  readonly content: string;
}

/** `places`: every target account. */
export async function keepEdition(
  tx: Tx,
  { id, edition, requester, content, contentHash }: Ticket,
  places: readonly ChannelPlace[],
  now: number,
): Promise<void> {
  await tx
    .insertInto('ticket_edition')
    .values({
      ticket_id: id,
      edition,
      submitted_at: now,
      content_hash: contentHash,
      content: contentText(requester, content, places),
    })
    .execute();
}

/** Oldest first. */
export async function editionsOf(tx: Tx, id: TicketId): Promise<readonly Edition[]> {
  const rows = await tx
    .selectFrom('ticket_edition')
    .selectAll()
    .where('ticket_id', '=', id)
    .orderBy('edition')
    .execute();
  return rows.map(({ edition, submitted_at, content_hash, content }) => ({
    edition,
    submittedAt: submitted_at,
    contentHash: content_hash,
    content,
  }));
}
