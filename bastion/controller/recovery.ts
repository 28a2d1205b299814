// What a crash leaves behind: sessions without an end, and recordings begun for a session that was never written down.
// They are read as far as whole frames reach, never changed, and what is there goes into the evidence log.

import { readdir } from 'node:fs/promises';
import type { SessionLog } from '../../approvals/access/session-log.ts';
import { recordingDirectory } from '../../recordings/storage/recording-directory.ts';
import { recoverRecording } from '../../recordings/verify/recover-recording.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import { parseId, type SessionId } from '../../store/core/ids.ts';
import type { Logger } from '../../store/core/logger.ts';

/** Only while no gateway runs: it looks at every session that has no end. */
export type Recovery = (reason: EndReason) => Promise<void>;

export function createRecovery(uses: {
  readonly sessionLog: Pick<SessionLog, 'unended' | 'ended' | 'unknown' | 'neverOpened'>;
  /** The folder of all recordings. */
  readonly root: string;
  readonly logger: Logger;
}): Recovery {
  const { sessionLog, root, logger } = uses;
  const recovered = (id: SessionId) =>
    recoverRecording(recordingDirectory(root, id)).catch((error: unknown) => {
      logger.error('recording.not-recovered', error, { session: id });
      return undefined;
    });
  return async (reason) => {
    for (const { id } of await sessionLog.unended()) {
      const tracks = await recovered(id);
      const unknown = { exitStatus: null, exitSignal: null, recordedBytes: null };
      await sessionLog.ended(id, { reason, ...unknown, tracks: tracks ?? null, recovered: true });
      logger.warn('session.recovered', { session: id, reason });
    }
    for (const id of await sessionLog.unknown(await recordedSessions(root))) {
      const tracks = await recovered(id);
      if (tracks !== undefined) await sessionLog.neverOpened(id, tracks, 'recovered');
      logger.warn('recording.recovered', { session: id });
    }
  };
}

async function recordedSessions(root: string): Promise<SessionId[]> {
  const names = await readdir(root);
  return names.map((name) => parseId('ses', name)).filter((id) => id !== undefined);
}
