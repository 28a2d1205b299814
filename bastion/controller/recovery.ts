// What a crash leaves behind: sessions without an end. Their recordings are read as far as whole frames reach, never
// changed, and what is there goes into the evidence log.

import type { SessionLog } from '../../approvals/access/session-log.ts';
import { recordingDirectory } from '../../recordings/storage/recording-directory.ts';
import { recoverRecording } from '../../recordings/verify/recover-recording.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import type { Logger } from '../../store/core/logger.ts';

/** Only while no gateway runs: it looks at every session that has no end. */
export type Recovery = (reason: EndReason) => Promise<void>;

export function createRecovery(uses: {
  readonly sessionLog: Pick<SessionLog, 'unended' | 'ended'>;
  /** The folder of all recordings. */
  readonly root: string;
  readonly logger: Logger;
}): Recovery {
  const { sessionLog, root, logger } = uses;
  return async (reason) => {
    for (const { id } of await sessionLog.unended()) {
      const tracks = await recoverRecording(recordingDirectory(root, id)).catch((error: unknown) => {
        logger.error('recording.not-recovered', error, { session: id });
        return undefined;
      });
      const unknown = { exitStatus: null, exitSignal: null, recordedBytes: null };
      await sessionLog.ended(id, { reason, ...unknown, tracks: tracks ?? null, recovered: true });
      logger.warn('session.recovered', { session: id, reason });
    }
  };
}
