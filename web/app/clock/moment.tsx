// A moment on the page: short to read, the full time with its offset on hover.

import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useCentreClock } from './centre-clock.tsx';
import { daysBetween, fullTime, wallTime } from './wall-time.ts';

interface MomentProps {
  readonly at: number;
  /** `day`: 今天 周四; `time`: 20:00; `both`: 今天 20:00; `date`: 2026-03-12 20:00. */
  readonly form?: 'day' | 'time' | 'both' | 'date';
}

export function Moment({ at, form = 'both' }: MomentProps) {
  const clock = useCentreClock();
  const { t, i18n } = useTranslation();
  const time = wallTime(at, clock.zone).slice(11);
  const text = {
    time,
    day: `${dayName(t, i18n.language, clock, at)} ${weekday(i18n.language, at, clock.zone)}`,
    both: `${dayName(t, i18n.language, clock, at)} ${time}`,
    date: wallTime(at, clock.zone).replace('T', ' '),
  }[form];
  return (
    <time className="nowrap" dateTime={new Date(at).toISOString()} title={fullTime(at, clock.zone)}>
      {text}
    </time>
  );
}

/** 今天, 明天, 昨天, else the date. */
export function dayName(
  t: TFunction,
  language: string,
  clock: { readonly zone: string; now(): number },
  at: number,
): string {
  const days = daysBetween(clock.now(), at, clock.zone);
  if (days === 0) return t('time.today');
  if (days === 1) return t('time.tomorrow');
  if (days === -1) return t('time.yesterday');
  const sameYear = wallTime(at, clock.zone).slice(0, 4) === wallTime(clock.now(), clock.zone).slice(0, 4);
  return new Intl.DateTimeFormat(language, {
    timeZone: clock.zone,
    month: 'short',
    day: 'numeric',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at);
}

function weekday(language: string, at: number, zone: string): string {
  return new Intl.DateTimeFormat(language, { timeZone: zone, weekday: 'short' }).format(at);
}
