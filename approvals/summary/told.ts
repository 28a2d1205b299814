// What a summary is told from: the ticket as far as earlier approvals have left it, with names instead of ids.

import type { Person } from '../../identity/people/account.ts';
import type { TargetAccountId } from '../../store/core/ids.ts';
import type { TicketTerms } from '../ticket/terms.ts';
import type { InForce, Ticket } from '../ticket/ticket.ts';
import type { NamedPlace } from './channel-words.ts';

export interface Told {
  readonly requester: Person;
  readonly companions: readonly Person[];
  readonly terms: TicketTerms;
  readonly sources: readonly string[];
  readonly left: InForce;
  readonly place: (account: TargetAccountId) => NamedPlace;
  /** Earlier tickets of the same company that were approved, newest first, a few. */
  readonly earlier: readonly Ticket[];
  readonly timeZone: string;
}
