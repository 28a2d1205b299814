// A ticket as the policies see it, and whether somebody may see it at all.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { findAccount } from '../../identity/people/account-repository.ts';
import type { Resource } from '../../policies/action.ts';
import type { Policies } from '../../policies/evaluate.ts';
import { parseId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import { findTicket } from './repository.ts';
import { type Ticket, ticketAbsent } from './ticket.ts';

export type TicketResource = Extract<Resource, { kind: 'ticket' }>;

export interface VisibleTicket {
  readonly ticket: Ticket;
  readonly resource: TicketResource;
}

/** The ticket, if this user may see it; otherwise it does not exist: throws `ticket.absent`. */
export async function visibleTicket(
  tx: Tx,
  policies: Policies,
  user: AuthenticatedUser,
  id: string,
): Promise<VisibleTicket> {
  const ticketId = parseId('tkt', id);
  const ticket = ticketId && (await findTicket(tx, ticketId));
  if (ticket === undefined) throw ticketAbsent();
  const resource = await resourceOf(tx, ticket);
  if (!policies.allows(user, 'ticket.read', resource)) throw ticketAbsent();
  return { ticket, resource };
}

export async function resourceOf(tx: Tx, ticket: Ticket): Promise<TicketResource> {
  const account = await findAccount(tx, ticket.requester);
  return ticketResource(ticket, account?.person.vendor ?? null);
}

export function ticketResource(
  { id, requester, content, progress }: Ticket,
  requesterVendor: string | null,
): TicketResource {
  const { companions, urgency } = content.terms;
  const emergency = urgency !== 'planned';
  const route = progress.state === 'submitted' ? progress.passage.route : undefined;
  const awaitsSection = route?.filing === true || route?.emergency === true;
  return { kind: 'ticket', id, requester, requesterVendor, companions, emergency, awaitsSection };
}
