// Says in the log that nothing was to be said, so that silence means something: the controller was not running, or
// leaves were left out. Any leaf does; only where none came for long is one added.

import type { Clock } from '../store/core/clock.ts';
import type { Logger } from '../store/core/logger.ts';
import type { Database } from '../store/database.ts';
import type { AppendEvidence } from './event.ts';

export interface HeartbeatInput {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The latest checkpoint's note: another one means that there were leaves. */
  readonly latest: () => string | undefined;
  /** How many sessions are live. */
  readonly live: () => number;
}

const LOOK_MS = 2500;
/** With looking and publishing, a checkpoint at most 10 s after the one before while a session is live. */
const LIVE_QUIET_MS = 5000;
const IDLE_QUIET_MS = 10 * 60_000;

/** Answers the function that stops it. */
export function startHeartbeat({ database, append, clock, logger, latest, live }: HeartbeatInput): () => void {
  let [seen, since, busy] = [latest(), clock.monotonic(), false];
  const look = async (): Promise<void> => {
    const note = latest();
    if (note !== seen) [seen, since] = [note, clock.monotonic()];
    const sessions = live();
    if (busy || clock.monotonic() - since < (sessions > 0 ? LIVE_QUIET_MS : IDLE_QUIET_MS)) return;
    busy = true;
    try {
      await database.transaction((tx) =>
        append(tx, { type: 'log.heartbeat', actor: { kind: 'system' }, details: { sessions } }),
      );
      since = clock.monotonic();
    } finally {
      busy = false;
    }
  };
  return clock.every(LOOK_MS, () => {
    look().catch((error: unknown) => logger.error('heartbeat.failed', error));
  });
}
