// What holds of a ticket now: what was asked, as far as the approval left it, and as long as it was extended since.
// Whoever decides whether something may be opened looks here, never at what was asked.

import type { InForce, Ticket } from './ticket.ts';
import type { Window } from './windows.ts';

export type { InForce } from './ticket.ts';

export function inForce({
  content,
  progress,
  extensions,
}: Pick<Ticket, 'content' | 'progress' | 'extensions'>): InForce {
  const { supervised, changes, finishRunning } = content.terms;
  const { windows, channels } = content;
  const asked = { windows, channels, supervised, finishRunning, withoutBackup: null };
  const left = ('passage' in progress ? progress.passage?.narrowing : null) ?? asked;
  return { ...left, changes, windows: extended(left.windows, extensions) };
}

/** A window that was made longer does not run into the next one. */
function extended(windows: readonly Window[], extensions: Ticket['extensions']): readonly Window[] {
  return windows.map(({ start, end }, nth) => {
    const until = extensions.filter(({ window }) => window === nth).map(({ until }) => until);
    return { start, end: Math.min(Math.max(end, ...until), windows[nth + 1]?.start ?? Infinity) };
  });
}
