// Who may do what to a ticket's originals: what somebody does not see is not there, and what they see they may do only as
// the policies say.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import type { TicketAction } from '../../policies/action.ts';
import type { Policies } from '../../policies/evaluate.ts';
import { parseId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import { findTicket } from '../ticket/repository.ts';
import { resourceOf } from '../ticket/service.ts';
import { type Ticket, ticketAbsent } from '../ticket/ticket.ts';

/** `id` is as it came. Throws `ticket.absent`, the policy's refusal, or that the account is not active any more. */
export async function visibleTicket(
  { policies }: { readonly policies: Policies },
  tx: Tx,
  user: AuthenticatedUser,
  id: string,
  action: TicketAction,
): Promise<Ticket> {
  await requireActive(tx, user);
  const ticketId = parseId('tkt', id);
  const ticket = ticketId && (await findTicket(tx, ticketId));
  if (ticket === undefined) throw ticketAbsent();
  const resource = await resourceOf(tx, ticket);
  if (!policies.allows(user, 'ticket.read', resource)) throw ticketAbsent();
  policies.authorize(user, action, resource);
  return ticket;
}
