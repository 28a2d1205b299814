// What `sluice check` says of keeping: how long the disk will do, and what is past its retention. From files alone, so
// that it can be asked beside a running installation.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskUse, forecast, WARN_DAYS } from '../../recordings/space/disk-forecast.ts';
import { trackPath } from '../../recordings/storage/recording-directory.ts';
import { parseId } from '../../store/core/ids.ts';
import { dueAt } from '../../store/core/retention.ts';
import type { Settings } from '../../store/core/settings.ts';
import type { DataFolder } from './data-folder.ts';

export interface KeepingCheck {
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}

const MIB = 1024 * 1024;

export async function checkKeeping(folder: DataFolder, settings: Settings, now: number): Promise<KeepingCheck> {
  const found = forecast(await diskUse(folder.recordings, now), settings['recordings.reserveMiB'] * MIB);
  const days = found.daysLeft === null ? 'nothing was recorded lately' : `${found.daysLeft} days until the reserve`;
  const due = await dueCount(folder.recordings, settings['recordings.retentionDays'], now);
  const scarce = `disk space runs out: ${mib(found.freeBytes)} MiB are free, warned below ${WARN_DAYS} days or twice the reserve`;
  return {
    lines: [
      'recordings',
      `  disk   ${mib(found.freeBytes)} MiB free, ${mib(found.bytesPerDay)} MiB a day, ${days}`,
      `  due    ${due} past the retention of ${settings['recordings.retentionDays']} days; only two people destroy them`,
    ],
    problems: found.scarce ? [scarce] : [],
  };
}

/** By when the screen was last written to, which is when the session ended; holds are not asked. */
async function dueCount(root: string, days: number, now: number): Promise<number> {
  let due = 0;
  for (const name of await readdir(root)) {
    const session = parseId('ses', name);
    if (session === undefined) continue;
    const last = await stat(trackPath(join(root, session), 'screen')).catch(() => undefined);
    if (last !== undefined && dueAt(last.mtimeMs, days) <= now) due += 1;
  }
  return due;
}

function mib(bytes: number): number {
  return Math.round(bytes / MIB);
}
