// How long the disk will do: what recordings took each day of the last weeks, against what is free. A forecast and no
// more; the recorder itself keeps to the reserve.

import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { parseId } from '../../store/core/ids.ts';
import { DAY_MS } from '../../store/core/retention.ts';

export interface DiskForecast {
  readonly freeBytes: number;
  /** What recordings never use up. */
  readonly reserveBytes: number;
  /** On average over the days that were looked at. */
  readonly bytesPerDay: number;
  /** Until the reserve is reached, whole days; null while nothing is recorded. */
  readonly daysLeft: number | null;
  /** Somebody should do something. */
  readonly scarce: boolean;
}

export interface DiskUse {
  readonly freeBytes: number;
  /** Written within the last `days`. */
  readonly recentBytes: number;
  /** How many days there have been recordings, `LOOKED_BACK_DAYS` at most. */
  readonly days: number;
}

export const LOOKED_BACK_DAYS = 28;
export const WARN_DAYS = 30;

export function forecast({ freeBytes, recentBytes, days }: DiskUse, reserveBytes: number): DiskForecast {
  const bytesPerDay = Math.round(recentBytes / Math.max(1, days));
  const spare = Math.max(0, freeBytes - reserveBytes);
  const daysLeft = bytesPerDay === 0 ? null : Math.floor(spare / bytesPerDay);
  const scarce = (daysLeft !== null && daysLeft < WARN_DAYS) || freeBytes < 2 * reserveBytes;
  return { freeBytes, reserveBytes, bytesPerDay, daysLeft, scarce };
}

/** By the files' own times: no database, so that it can be asked of a folder that is served or not. */
export async function diskUse(root: string, now: number): Promise<DiskUse> {
  const { bavail, bsize } = await statfs(root);
  let recentBytes = 0;
  let oldest = now;
  for (const name of await readdir(root)) {
    if (parseId('ses', name) === undefined) continue;
    for (const { bytes, at } of await filesIn(join(root, name))) {
      oldest = Math.min(oldest, at);
      if (at > now - LOOKED_BACK_DAYS * DAY_MS) recentBytes += bytes;
    }
  }
  const days = Math.min(LOOKED_BACK_DAYS, Math.max(1, Math.ceil((now - oldest) / DAY_MS)));
  return { freeBytes: bavail * bsize, recentBytes, days };
}

/** Nothing where it was taken away meanwhile. */
async function filesIn(directory: string): Promise<{ readonly bytes: number; readonly at: number }[]> {
  try {
    const names = await readdir(directory);
    const stats = await Promise.all(names.map((name) => stat(join(directory, name))));
    return stats.map(({ size, mtimeMs }) => ({ bytes: size, at: mtimeMs }));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
