// Says in the evidence log when disk space runs out, once, and once when it no longer does: what was said last is kept
// beside it, in the same transaction, so that a restart does not say it again.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { SYSTEM, witnessed } from '../../identity/permission.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { DiskForecast } from '../../recordings/space/disk-forecast.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { Database } from '../../store/database.ts';

export interface DiskWatch {
  /** Looks at once and every hour. Answers what stops it. */
  start(): () => void;
  look(): Promise<DiskForecast>;
  /** Throws the policy's refusal. */
  read(user: AuthenticatedUser): Promise<DiskForecast>;
}

const EVERY_MS = 3_600_000;

export function createDiskWatch(uses: {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly policies: Policies;
  readonly logger: Logger;
  readonly measure: () => Promise<DiskForecast>;
}): DiskWatch {
  const { clock, policies, logger, measure } = uses;
  const look = async (): Promise<DiskForecast> => {
    const found = await measure();
    if (await say(uses, found)) logger.warn(found.scarce ? 'disk.scarce' : 'disk.recovered', { ...found });
    return found;
  };
  return {
    look,
    start() {
      const quietly = (): void => void look().catch((error: unknown) => logger.error('disk.not-measured', error));
      quietly();
      return clock.every(EVERY_MS, quietly);
    },
    read: (user) =>
      witnessed(uses, user, 'storage.read', null, async () => {
        policies.authorize(user, 'storage.read', SYSTEM);
        return measure();
      }),
  };
}

/** Whether it had to be said. */
function say(
  { database, append }: { readonly database: Database; readonly append: AppendEvidence },
  { scarce, freeBytes, reserveBytes, bytesPerDay, daysLeft }: DiskForecast,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('disk_watch')
      .set({ warned: scarce ? 1 : 0 })
      .where('warned', '=', scarce ? 0 : 1)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await append(tx, {
      type: scarce ? 'disk.warning' : 'disk.recovered',
      actor: { kind: 'system' },
      details: { freeBytes, reserveBytes, bytesPerDay, daysLeft },
    });
    return true;
  });
}
