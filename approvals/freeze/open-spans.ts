// When a ticket may be used: its windows, less the freezes. An emergency is not frozen.

import { inForce } from '../ticket/in-force.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { Window } from '../ticket/windows.ts';

/** In order and apart; empty where a freeze takes all of it. */
export function openSpans(ticket: Ticket, freezes: readonly Window[]): readonly Window[] {
  const { windows } = inForce(ticket);
  return isFrozen(ticket) ? without(windows, freezes) : windows;
}

/** Whether freezes hold for it. */
export function isFrozen({ content }: Ticket): boolean {
  return content.terms.urgency === 'planned';
}

export function without(windows: readonly Window[], freezes: readonly Window[]): readonly Window[] {
  return freezes.reduce<readonly Window[]>(
    (left, freeze) =>
      left.flatMap(({ start, end }) =>
        [
          { start, end: Math.min(end, freeze.start) },
          { start: Math.max(start, freeze.end), end },
        ].filter((part) => part.start < part.end),
      ),
    windows,
  );
}
