// That a session was over when its window was, or when its approval ended before. The log is written after the fact and
// by a clock that may be set, so an end is late only by more than a while, and not where the clock was known to jump.

import type { BundleEvent } from './bundle-events.ts';
import { type JudgedSession, LATE_MS, type Matter, type Told } from './matter.ts';
import type { Span } from './shown-ticket.ts';
import { ENDS } from './told-extensions.ts';

/** The longest that a site can let what runs finish. */
const FINISH_MS = 120 * 60_000;

export function tellTimes(told: Told): readonly Matter[] {
  return told.sessions.flatMap((session): readonly Matter[] => {
    const about = { matter: 'time' as const, about: session.id };
    const limit = limitOf(told, session);
    if (limit === undefined) return [];
    if (!finishesRightly(told, session)) {
      const en = 'it went on after its window, and no approval said that it may finish';
      return [{ ...about, outcome: 'fails', sentence: { zh: '窗口结束后继续运行，而批准中没有允许', en } }];
    }
    if (session.ended === undefined || !hasKnownEnd(session))
      return [{ ...about, outcome: 'unknown', sentence: UNKNOWN_END }];
    if (session.ended.at <= limit + LATE_MS) {
      const sentence = { zh: '在窗口结束之前结束', en: 'it ended when its window and its approval did, or before' };
      return [{ ...about, outcome: 'holds', sentence }];
    }
    if (told.events.some((event) => event.type === 'clock.jumped' && isDuring(session, event)))
      return [{ ...about, outcome: 'unknown', sentence: CLOCK_SET }];
    const sentence = {
      zh: '会话在窗口或批准结束之后仍未结束',
      en: 'it went on after its window or its approval had ended',
    };
    return [{ ...about, outcome: 'fails', sentence }];
  });
}

const UNKNOWN_END = {
  zh: '会话何时真正结束：日志里没有当时写下的结束',
  en: 'when it really ended: no end was written down at the time',
};

const CLOCK_SET = {
  zh: '会话是否按时结束：期间时钟被调过',
  en: 'whether it ended in time: the clock was set meanwhile',
};

/** Not one that was found after a crash: then its end is written down when it is found. */
export function hasKnownEnd({ events }: JudgedSession): boolean {
  return !events.some(({ type }) => type === 'recording.recovered');
}

function isDuring({ opened, ended }: JudgedSession, { index }: BundleEvent): boolean {
  return opened.index < index && (ended === undefined || index < ended.index);
}

/** Undefined where it was opened outside every window, which is a finding of its own, or these are not known. */
function limitOf(told: Told, session: JudgedSession): number | undefined {
  const { opened, ended, events } = session;
  const windows = told.windowsBefore(ended?.index ?? Number.MAX_SAFE_INTEGER);
  const end = windows && endAround(windows, opened.at);
  if (end === undefined) return undefined;
  const finishing = events
    .filter(({ type }) => type === 'session.finishing')
    .map(({ details }) => Number(details.until));
  const stopped = told.own.find(
    ({ type, index }) => index > opened.index && (ENDS.has(type) || type === 'ticket.reported'),
  );
  return Math.min(Math.max(end, ...finishing), stopped?.at ?? Number.MAX_SAFE_INTEGER);
}

/** The end of the window around that moment, and of those that follow without a gap. */
function endAround(windows: readonly Span[], at: number): number | undefined {
  const around = windows.find(({ start, end }) => start <= at && at < end);
  return around && windows.reduce((end, each) => (each.start <= end && end < each.end ? each.end : end), around.end);
}

function finishesRightly({ shown, windowsBefore }: Told, { opened, events }: JudgedSession): boolean {
  return events
    .filter(({ type }) => type === 'session.finishing')
    .every(({ index, details: { until } }) => {
      const end = endAround(windowsBefore(index) ?? [], opened.at);
      const { kind } = opened.details;
      const bounded = typeof until === 'number' && end !== undefined && until <= end + FINISH_MS;
      return shown?.left.finishRunning === true && (kind === 'exec' || kind === 'sftp') && bounded;
    });
}
