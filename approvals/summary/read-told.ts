// Reads what a ticket's summary is told from.

import { listAccounts } from '../../identity/people/account-repository.ts';
import type { Tx } from '../../store/database.ts';
import { inForce } from '../ticket/in-force.ts';
import { allPlaces, approvedBefore } from '../ticket/repository.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { type Shown, shownOf } from './shown.ts';

/** Enough to say what is usual. */
const EARLIER = 10;

/** What an approver is shown of this ticket now. */
export async function readShown(tx: Tx, ticket: Ticket, timeZone: string): Promise<Shown> {
  const people = new Map((await listAccounts(tx)).map(({ person }) => [person.id, person]));
  const places = new Map((await allPlaces(tx)).map((place) => [place.targetAccountId, place]));
  const requester = known(people.get(ticket.requester));
  const colleagues = [...people.values()].filter(
    ({ id, vendor }) => id === requester.id || vendor === requester.vendor,
  );
  const ids = colleagues.map(({ id }) => id);
  const { terms, sources } = ticket.content;
  return shownOf(
    {
      requester,
      companions: terms.companions.map((id) => known(people.get(id))),
      terms,
      sources,
      left: inForce(ticket),
      place: (id) => known(places.get(id)),
      earlier: await approvedBefore(tx, ids, ticket.createdAt, EARLIER),
      timeZone,
    },
    ticket.contentHash,
  );
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected a row for everything that a ticket names');
  return value;
}
