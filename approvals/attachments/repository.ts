// A draft's content in the database, when its attachments change. Compare-and-swap on the version, as with every change
// of a ticket.

import type { Tx } from '../../store/database.ts';
import { contentHash } from '../ticket/content.ts';
import { allPlaces } from '../ticket/repository.ts';
import { termsColumn } from '../ticket/row.ts';
import { type Ticket, ticketChanged } from '../ticket/ticket.ts';
import type { Attachment } from './attachment.ts';

/** Throws `ticket.changed` when somebody was faster. */
export async function saveAttachments(tx: Tx, ticket: Ticket, attachments: readonly Attachment[]): Promise<Ticket> {
  const { attachments: _, ...terms } = ticket.content.terms;
  const content = {
    ...ticket.content,
    terms: attachments.length === 0 ? terms : { ...terms, attachments },
  };
  const hash = contentHash(ticket.requester, content, await allPlaces(tx));
  const version = ticket.version + 1;
  const result = await tx
    .updateTable('ticket')
    .set({ terms: termsColumn(content), content_hash: hash, version })
    .where('id', '=', ticket.id)
    .where('state', '=', 'draft')
    .where('version', '=', ticket.version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) throw ticketChanged();
  return { ...ticket, content, contentHash: hash, version };
}
