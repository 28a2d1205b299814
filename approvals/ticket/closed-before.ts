// What one person has closed so far, for comparing a new ticket with: made once for a whole list, asked for each row.

import type { Ticket } from './ticket.ts';

type Known = Pick<Ticket, 'id' | 'createdAt'>;

export interface ClosedBefore {
  /** How many other tickets, not newer than this one, were closed. */
  count(ticket: Known): number;
  /** Whether one of them was on that target. */
  on(ticket: Known, target: string): boolean;
}

/** `tickets`: closed ones of one person, in any order; `targetsOf` may name a target twice. */
export function closedBefore(
  tickets: readonly Ticket[],
  targetsOf: (ticket: Ticket) => readonly string[],
): ClosedBefore {
  const oldestFirst = tickets.toSorted((a, b) => a.createdAt - b.createdAt);
  const ids = new Set<string>(tickets.map(({ id }) => id));
  // The two oldest of each target are enough: one of them is not the ticket that is asked about.
  const oldestOn = new Map<string, Known[]>();
  for (const ticket of oldestFirst) {
    for (const target of new Set(targetsOf(ticket))) {
      const known = oldestOn.get(target) ?? [];
      if (known.length < 2) oldestOn.set(target, [...known, ticket]);
    }
  }
  return {
    count: ({ id, createdAt }) => countUntil(oldestFirst, createdAt) - (ids.has(id) ? 1 : 0),
    on: ({ id, createdAt }, target) =>
      (oldestOn.get(target) ?? []).some((other) => other.id !== id && other.createdAt <= createdAt),
  };
}

/** How many are not newer than that moment, by halving. */
function countUntil(oldestFirst: readonly Known[], moment: number): number {
  let [low, high] = [0, oldestFirst.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((oldestFirst[middle]?.createdAt ?? Infinity) <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
}
