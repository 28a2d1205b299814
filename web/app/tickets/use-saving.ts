// Saving what is in the form, with its attachments, and submitting it where asked. A ticket that was saved but not
// submitted is kept as a draft, and the page says so. Where an attachment was refused the form stays, over the draft that
// was saved.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Ticket, TicketBody } from '../../contract/tickets.ts';
import { removeAttachment } from '../api/attachments.ts';
import { createTicket, reviseTicket, submitTicket, ticketQuery } from '../api/tickets.ts';
import { useUploads } from '../attachments/use-uploads.ts';
import { keepDraft } from './draft.ts';

const NONE: ReadonlySet<string> = new Set();

/** `revised`: the ticket that is written anew. `discard`: of what the server keeps of the form. */
export function useSaving(revised: Ticket | undefined, discard: () => Promise<unknown>) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const uploads = useUploads();
  const [ticket, setTicket] = useState(revised);
  const [removed, setRemoved] = useState(NONE);
  const take = (saved: Ticket) => {
    setTicket(saved);
    client.setQueryData(ticketQuery(saved.id).queryKey, saved);
  };
  const saving = useMutation({
    mutationFn: async ({ body, submit }: { readonly body: TicketBody; readonly submit: boolean }) => {
      const saved = await (ticket === undefined ? createTicket(body) : reviseTicket(ticket.id, body));
      take(saved);
      let latest = saved;
      for (const sha256 of removed) {
        if (!latest.terms.attachments.some((each) => each.sha256 === sha256)) continue;
        latest = await removeAttachment(saved.id, sha256);
        take(latest);
      }
      setRemoved(NONE);
      await uploads.send(saved.id, (after) => {
        latest = after;
        take(after);
      });
      keepDraft(undefined);
      await discard();
      if (!submit) return { ticket: latest, unsent: false };
      const sent: Ticket | undefined = await submitTicket(saved.id).catch(() => undefined);
      return { ticket: sent ?? latest, unsent: sent === undefined };
    },
    onSuccess: ({ ticket: done, unsent }) => {
      client.setQueryData(ticketQuery(done.id).queryKey, done);
      void client.invalidateQueries({ queryKey: ['tickets', 'list'] });
      void navigate({ to: '/tickets/$id', params: { id: done.id }, search: unsent ? { unsent: true } : {} });
    },
  });
  return { saving, uploads, present: ticket?.terms.attachments ?? [], removed, setRemoved };
}
