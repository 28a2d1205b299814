// How much longer a window may last: it is open now, it runs into no other window, and it is never longer than a window
// may be at all. Pure.

import { defineRefusal } from '../../store/core/refusal.ts';
import { inForce } from '../ticket/in-force.ts';
import { ticketNotPossible } from '../ticket/machine-refusals.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { LONGEST_WINDOW_MS } from '../ticket/windows.ts';
import type { WantedTime } from './extension.ts';

/** The window that is open, and how far it may be made to last. */
export interface Extendable {
  /** Counted from nought. */
  readonly window: number;
  readonly end: number;
  readonly latest: number;
}

export const noOpenWindow = defineRefusal('extension.no-open-window', 'conflict', () => ({
  zh: '维护窗口现在没有打开，不能延时',
  en: 'no window is open now, so none can be made longer',
}));

export const extensionBounds = defineRefusal<'longer' | 'week' | 'next'>(
  'extension.out-of-bounds',
  'invalid',
  (why) =>
    ({
      longer: {
        zh: '延时须至少 1 分钟，并晚于窗口现在的结束时间',
        en: 'ask for a minute at least, past the present end',
      },
      week: { zh: '窗口连同延时最长 7 天', en: 'with what is added a window is at most 7 days long' },
      next: { zh: '延时不能进入下一个窗口', en: 'a window does not run into the next one' },
    })[why],
);

/** Throws `ticket.not-possible-now` or `extension.no-open-window`. */
export function extendable(ticket: Ticket, now: number): Extendable {
  const { state } = ticket.progress;
  if (state !== 'approved') throw ticketNotPossible({ state });
  const { windows } = inForce(ticket);
  const window = windows.findIndex(({ start, end }) => start <= now && now < end);
  const open = windows[window];
  if (open === undefined) throw noOpenWindow();
  const longest = open.start + LONGEST_WINDOW_MS;
  return { window, end: open.end, latest: Math.min(longest, windows[window + 1]?.start ?? longest) };
}

/** Until when it shall last; throws `extension.out-of-bounds`. */
export function wantedEnd(ticket: Ticket, { window, end, latest }: Extendable, wanted: WantedTime): number {
  const until = 'until' in wanted ? wanted.until : end + wanted.minutes * 60_000;
  if (!Number.isSafeInteger(until) || until <= end) throw extensionBounds('longer');
  if (until <= latest) return until;
  throw extensionBounds(latest === inForce(ticket).windows[window + 1]?.start ? 'next' : 'week');
}
