// When a ticket may be used: one window or several, in order and apart. The start belongs to a window, the end does not.

import { defineRefusal } from '../../store/core/refusal.ts';

export interface Window {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
}

const DAY = 86_400_000;
export const LONGEST_WINDOW_MS = 7 * DAY;
export const FURTHEST_START_MS = 90 * DAY;
const MOST_WINDOWS = 16;

export const windowInvalid = defineRefusal<'order' | 'past' | 'long' | 'far' | 'number' | 'apart' | 'bounds'>(
  'ticket.window-invalid',
  'invalid',
  (why) =>
    ({
      order: { zh: '窗口的结束时间须晚于开始时间', en: 'the window ends after it starts' },
      past: { zh: '窗口的结束时间须在将来', en: 'the window ends in the future' },
      long: { zh: '窗口最长 7 天', en: 'a window is at most 7 days long' },
      far: { zh: '窗口最迟在 90 天内开始', en: 'a window starts within 90 days' },
      number: { zh: `请填写 1 到 ${MOST_WINDOWS} 个窗口`, en: `name 1 to ${MOST_WINDOWS} windows` },
      apart: { zh: '各窗口不能重叠', en: 'windows do not overlap' },
      bounds: {
        zh: '开始和结束时间须是第一个窗口的开始和最后一个窗口的结束',
        en: 'the ticket starts with its first window and ends with its last',
      },
    })[why],
);

export const LONGEST_EMERGENCY_MS = 4 * 3_600_000;
const EMERGENCY_STARTS_WITHIN_MS = 3_600_000;

export const emergencyWindow = defineRefusal('ticket.emergency-window', 'invalid', () => ({
  zh: '应急通道只能有一个窗口，一小时内开始，最长 4 小时',
  en: 'an emergency has one window, which starts within the hour and is at most 4 hours long',
}));

/** Throws `ticket.emergency-window`. */
export function checkEmergency(windows: readonly Window[], now: number): void {
  const [{ start, end } = { start: 0, end: 0 }, ...more] = windows;
  const late = start - now > EMERGENCY_STARTS_WITHIN_MS;
  if (more.length > 0 || late || end - start > LONGEST_EMERGENCY_MS) throw emergencyWindow();
}

/** In order; throws `ticket.window-invalid`. */
export function parseWindows(wanted: readonly Window[], now: number): readonly Window[] {
  if (wanted.length === 0 || wanted.length > MOST_WINDOWS) throw windowInvalid('number');
  for (const each of wanted) checkWindow(each, now);
  const windows = wanted.map(({ start, end }) => ({ start, end })).sort((a, b) => a.start - b.start);
  if (windows.some(({ start }, nth) => start < (windows[nth - 1]?.end ?? start))) throw windowInvalid('apart');
  return windows;
}

/** The window that contains this moment. */
export function windowNow(windows: readonly Window[], now: number): Window | undefined {
  return windows.find(({ start, end }) => start <= now && now < end);
}

/** The first window that begins after this moment. */
export function windowNext(windows: readonly Window[], now: number): Window | undefined {
  return windows.find(({ start }) => start > now);
}

export function lastEnd(windows: readonly Window[]): number {
  return Math.max(...windows.map(({ end }) => end));
}

function checkWindow({ start, end }: Window, now: number): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || end <= start) throw windowInvalid('order');
  if (end <= now) throw windowInvalid('past');
  if (end - start > LONGEST_WINDOW_MS) throw windowInvalid('long');
  if (start - now > FURTHEST_START_MS) throw windowInvalid('far');
}
