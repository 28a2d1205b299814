// What a head should notice about a ticket, worked out from what the ticket says and nothing else.

import type { Ticket, TicketChannel } from '../../contract/tickets.ts';
import type { ChannelKind } from '../../contract/words.ts';

const LONG_MS = 8 * 3_600_000;

export interface TicketFacts {
  readonly familiar: 'first-ticket' | 'new-targets' | 'same-targets';
  readonly superuser: boolean;
  readonly logins: readonly string[];
  readonly wideSources: readonly string[];
  readonly long: boolean;
}

export function factsOf(ticket: Ticket): TicketFacts {
  const logins = [...new Set(ticket.channels.map((channel) => channel.login))];
  return {
    familiar: familiarity(ticket),
    superuser: logins.includes('root'),
    logins,
    wideSources: ticket.sources.filter(isNetwork),
    long: ticket.windowEnd - ticket.windowStart > LONG_MS,
  };
}

export function channelsOf(ticket: Ticket, kind: ChannelKind): readonly TicketChannel[] {
  return ticket.channels.filter((channel) => channel.kinds.includes(kind));
}

export function serversIn(channels: readonly TicketChannel[]): number {
  return new Set(channels.map((channel) => channel.target)).size;
}

function familiarity(ticket: Ticket): TicketFacts['familiar'] {
  if (ticket.closedBefore === 0) return 'first-ticket';
  return ticket.newTargets.length > 0 ? 'new-targets' : 'same-targets';
}

/** A block of more than one address. */
function isNetwork(source: string): boolean {
  const [address = '', prefix] = source.split('/');
  return prefix !== undefined && Number(prefix) < (address.includes(':') ? 128 : 32);
}
