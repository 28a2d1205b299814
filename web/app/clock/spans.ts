// Lengths of time as text.

import type { TFunction } from 'i18next';

/** `1:05:09`, `5:09`: for clocks that tick. */
export function ticking(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** `2 小时 30 分钟`, `3 天`: for sentences. */
export function spoken(t: TFunction, ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  const words = [
    days > 0 ? t('time.days', { count: days }) : '',
    hours > 0 ? t('time.hours', { count: hours }) : '',
    rest > 0 && days === 0 ? t('time.minutes', { count: rest }) : '',
  ];
  return words.filter((word) => word !== '').join(' ');
}
