// Channels of a ticket by kind, as far as the approvals so far have left them.

import type { Ticket, TicketChannel } from '../../contract/tickets.ts';
import type { ChannelKind } from '../../contract/words.ts';

/** What is in force of the channels, with their names. */
export function channelsOf(ticket: Ticket, kind: ChannelKind): readonly TicketChannel[] {
  return ticket.inForce.channels.flatMap((left) => {
    const named = ticket.channels.find(({ targetAccountId }) => targetAccountId === left.targetAccountId);
    return named !== undefined && left.kinds.includes(kind) ? [{ ...named, ...left }] : [];
  });
}

export function serversIn(channels: readonly TicketChannel[]): number {
  return new Set(channels.map((channel) => channel.target)).size;
}
