// Has checkpoints timestamped by an authority elsewhere (RFC 3161), one at a time, the latest only. A token is checked
// before it is kept; that it was taken, with its hash, is an event, so that it cannot be changed or lost unnoticed.

import { hash } from 'node:crypto';
import type { Clock } from '../../store/core/clock.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { Database } from '../../store/database.ts';
import { parseTreeHead } from '../checkpoint.ts';
import type { AppendEvidence, EvidenceEvent } from '../event.ts';
import type { EvidenceFolder } from '../evidence-folder.ts';
import { parseNote } from '../signed-note.ts';
import { askAuthority, type TimestampAuthority } from './ask-authority.ts';
import { TIMESTAMPS_FILE, timestampLine } from './timestamp-file.ts';

export interface Stamper {
  /** Has the latest checkpoint stamped now. Failing is an event and a log line, not an error. */
  look(): Promise<void>;
  /** Again and again, until the returned function is called. */
  start(): () => void;
}

export interface StamperInput extends TimestampAuthority {
  readonly latest: () => string | undefined;
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly folder: Pick<EvidenceFolder, 'append'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs: number;
}

const SOON_MS = 60_000;

export function createStamper(input: StamperInput): Stamper {
  const { clock, logger, database, append } = input;
  let [busy, failing, stamped] = [false, false, 0];
  const note = (event: EvidenceEvent): Promise<void> => database.transaction((tx) => append(tx, event));
  const look = async (): Promise<void> => {
    const latest = input.latest() ?? '';
    const size = parseTreeHead(parseNote(latest)?.text ?? '')?.size ?? 0;
    if (busy || size === stamped) return;
    busy = true;
    try {
      const { token, at } = await askAuthority(input, latest);
      await input.folder.append(TIMESTAMPS_FILE, Buffer.from(timestampLine({ size, token }), 'utf8'));
      const details = { size, at, sha256: hash('sha256', token) };
      await note({ type: 'timestamp.taken', actor: { kind: 'system' }, details });
      [stamped, failing] = [size, false];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      logger.error('timestamp.failed', error);
      if (!failing) await note({ type: 'timestamp.failed', actor: { kind: 'system' }, details: { size, why } });
      failing = true;
    } finally {
      busy = false;
    }
  };
  return {
    look,
    start() {
      const go = (): void => void look().catch((error: unknown) => logger.error('timestamp.failed', error));
      // Soon after a start as well: one that is restarted every hour is stamped, too.
      const stops = [clock.after(SOON_MS, go), clock.every(input.everyMs, go)];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
