// What the proven events say about more time for a window: who granted it after whom, and how long a window was then.

import type { BundleEvent } from './bundle-events.ts';
import type { Span } from './shown-ticket.ts';

/** After these nothing may be opened under an approval that came before. */
export const ENDS: ReadonlySet<string> = new Set([
  'ticket.revised',
  'ticket.refused',
  'ticket.withdrawn',
  'ticket.revoked',
  'ticket.closed',
]);

/** The last approval among these events, unless something ended it: a report does until it is sent back. */
export function approvalInForce(before: readonly BundleEvent[]): BundleEvent | undefined {
  const approval = before.findLast(({ type }) => type === 'ticket.approved');
  if (approval === undefined) return undefined;
  const since = before.filter(({ index }) => index > approval.index).map(({ type }) => type);
  const report = since.findLast((type) => type === 'ticket.reported' || type === 'ticket.sent-back');
  return since.some((type) => ENDS.has(type)) || report === 'ticket.reported' ? undefined : approval;
}

/** The windows as they had been made longer before that leaf: by somebody else than who asked, and into no other one. */
export function extended(windows: readonly Span[], own: readonly BundleEvent[], before: number): readonly Span[] {
  const granted = own.filter(({ type, index }) => type === 'ticket.extended' && index < before);
  return windows.map(({ start, end }, nth) => {
    const of = granted.filter(({ details }) => details.window === nth);
    const until = of.map(({ details }) => details.until).filter((each) => typeof each === 'number');
    return { start, end: Math.min(Math.max(end, ...until), windows[nth + 1]?.start ?? Infinity) };
  });
}

const LONGEST_WINDOW_MS = 7 * 86_400_000;

/** Asked for before in the same words, under an approval in force, and no longer than a window may be. */
export function isSound(
  granted: BundleEvent,
  own: readonly BundleEvent[],
  windows: readonly Span[] | undefined,
): boolean {
  const { extension, window, until } = granted.details;
  const before = own.filter(({ index }) => index < granted.index);
  const asked = before.some(
    ({ type, details }) =>
      type === 'extension.asked' &&
      details.extension === extension &&
      details.window === window &&
      details.until === until,
  );
  const approval = approvalInForce(before);
  if (!asked || approval === undefined || typeof window !== 'number' || typeof until !== 'number') return false;
  if (windows === undefined) return true;
  const span = windows[window];
  return span !== undefined && until - span.start <= LONGEST_WINDOW_MS;
}
