// What people do with tickets (signatures; the code follows).

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { FreshFactor } from '../../identity/login/fresh-factor.ts';
import type { TicketBody, TicketFilter, TicketView } from './ticket.ts';

/** Every method throws `ticket.absent` for a ticket that does not exist or that the user may not see. */
export interface Tickets {
  create(user: AuthenticatedUser, body: TicketBody): Promise<TicketView>;
  submit(user: AuthenticatedUser, id: string): Promise<TicketView>;
  withdraw(user: AuthenticatedUser, id: string): Promise<TicketView>;
  /** `contentHash`: of what the head has read; another one is `ticket.content-changed`. */
  approve(user: AuthenticatedUser, fresh: FreshFactor, id: string, contentHash: string): Promise<TicketView>;
  refuse(user: AuthenticatedUser, id: string, reason: string): Promise<TicketView>;
  revoke(user: AuthenticatedUser, fresh: FreshFactor, id: string, reason: string): Promise<TicketView>;
  close(user: AuthenticatedUser, id: string, report: string): Promise<TicketView>;
  get(user: AuthenticatedUser, id: string): Promise<TicketView>;
  /** Newest first; operators see their own. */
  list(user: AuthenticatedUser, filter?: TicketFilter): Promise<readonly TicketView[]>;
}
