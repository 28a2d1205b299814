// After an act on a ticket: what the server answered is what the page shows.

import { useQueryClient } from '@tanstack/react-query';
import type { Ticket } from '../../contract/tickets.ts';
import { ticketQuery } from '../api/tickets.ts';

/** Shows the answer of an act at once, before the live update arrives. */
export function useTicketChanged(): (ticket: Ticket) => void {
  const client = useQueryClient();
  return (ticket) => {
    client.setQueryData(ticketQuery(ticket.id).queryKey, ticket);
    void client.invalidateQueries({ queryKey: ['tickets', 'list'] });
  };
}
