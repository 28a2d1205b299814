// What a ticket waits for from the reader: the same on the first page and beside the ticket.

import type { Ticket } from '../../contract/tickets.ts';
import type { Person } from '../../contract/words.ts';

export type Waiting = 'filing' | 'decision' | 'acceptance';

interface Reader extends Pick<Person, 'id' | 'role'> {
  /** They decide in a head's place now. */
  readonly standsIn: boolean;
}

/** Undefined: for nothing of theirs. */
export function waitsFor(
  { state, route, filed, approvals }: Pick<Ticket, 'state' | 'route' | 'filed' | 'approvals'>,
  { id, role, standsIn }: Reader,
): Waiting | undefined {
  const section = role === 'section';
  const had = [...(filed === null ? [] : [filed]), ...approvals].some(
    ({ by, deputyFor }) => by.id === id || deputyFor?.id === id,
  );
  const decides = !had && (role === 'head' || standsIn);
  switch (state) {
    case 'submitted':
      if (route?.filing === true) return section ? 'filing' : undefined;
      return decides || (section && !had && route?.emergency === true) ? 'decision' : undefined;
    case 'filed':
      return decides ? 'decision' : undefined;
    case 'reported':
      return section || role === 'head' ? 'acceptance' : undefined;
    default:
      return undefined;
  }
}
