// What a ticket asks for, with other files.

import type { TicketContent } from '../ticket/ticket.ts';
import type { Attachment } from './attachment.ts';

export function contentWith(content: TicketContent, attachments: readonly Attachment[]): TicketContent {
  const { attachments: _, ...terms } = content.terms;
  return { ...content, terms: attachments.length === 0 ? terms : { ...terms, attachments } };
}
