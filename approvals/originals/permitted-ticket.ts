// Who may do what to a ticket's originals: what somebody does not see is not there, and what they see they may do only as
// the policies say.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import type { TicketAction } from '../../policies/action.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Tx } from '../../store/database.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { visibleTicket } from '../ticket/visible-ticket.ts';

/** `id` is as it came. Throws `ticket.absent`, the policy's refusal, or that the account is not active any more. */
export async function permittedTicket(
  { policies }: { readonly policies: Policies },
  tx: Tx,
  user: AuthenticatedUser,
  id: string,
  action: TicketAction,
): Promise<Ticket> {
  await requireActive(tx, user);
  const { ticket, resource } = await visibleTicket(tx, policies, user, id);
  policies.authorize(user, action, resource);
  return ticket;
}
