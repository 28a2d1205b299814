// Opens the recording of one approved channel: no other way leads to an OpenRecording in the gateway.

import { recordingKeysOf } from '../../../recordings/format/recording-keys.ts';
import type { Disk } from '../../../recordings/write/disk.ts';
import { type OpenRecording, openRecording } from '../../../recordings/write/open-recording.ts';
import type { Clock } from '../../../store/core/clock.ts';
import type { Approved } from '../target/connect.ts';
import { movesFiles } from './passage.ts';
import type { Pty } from './sides.ts';

export type Record = (approved: Approved, pty: Pty | null) => Promise<OpenRecording>;

/** What a crash of the machine may cost at most, in milliseconds of recording. */
const SYNC_EVERY_MS = 1000;

export function createRecord(parts: {
  readonly clock: Clock;
  readonly disk: Disk;
  /** The folder of all recordings. */
  readonly root: string;
  readonly reserveBytes: number;
}): Record {
  const { clock, disk, root, reserveBytes } = parts;
  return ({ session, grant }, pty) =>
    openRecording({
      directory: `${root}/${session}`,
      session,
      keys: recordingKeysOf(grant.recordingKeys),
      meta: {
        ticket: grant.ticket.id,
        number: grant.ticket.number,
        account: grant.account.name,
        target: grant.target.name,
        login: grant.targetAccount.login,
        kind: grant.kind,
        via: grant.via,
        source: grant.source,
        command: grant.command,
        ...(grant.destination !== null && { destination: { ...grant.destination } }),
      },
      files: movesFiles(grant),
      terminal: pty === null ? null : { columns: pty.columns, rows: pty.rows },
      clock,
      disk,
      reserveBytes,
      syncEveryMs: SYNC_EVERY_MS,
    });
}
