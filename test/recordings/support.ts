// Small recordings to test with, and a disk with faults to order.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CustodianSet } from '../../recordings/storage/custodian-seal.ts';
import { createRecordingKeys } from '../../recordings/storage/recording-keys.ts';
import { createSystemDisk, type Disk } from '../../recordings/write/disk.ts';
import { type OpenRecording, openRecording } from '../../recordings/write/open-recording.ts';
import type { Clock } from '../../store/core/clock.ts';
import { newId, type SessionId } from '../../store/core/ids.ts';
import { Secret } from '../../store/core/secret.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export const RECORDS_KEY = Secret.ofBytes(Buffer.alloc(32, 7));

export interface Stage {
  readonly root: string;
  readonly directory: string;
  readonly session: SessionId;
  readonly clock: ManualClock;
  readonly disk: Disk;
  open(overrides?: {
    disk?: Disk;
    reserveBytes?: number;
    files?: boolean;
    clock?: Clock;
    stallAfterMs?: number;
    custodians?: CustodianSet | null;
  }): Promise<OpenRecording>;
}

/** Everything one recording needs, in a folder that goes away with the test. */
export function stage(root = temporaryFolder(), clock = new ManualClock()): Stage {
  const session = newId('ses');
  const directory = join(root, session);
  const disk = createSystemDisk();
  mkdirSync(root, { recursive: true });
  return {
    root,
    directory,
    session,
    clock,
    disk,
    open: async ({ custodians = null, ...overrides } = {}) =>
      openRecording({
        directory,
        session,
        keys: await createRecordingKeys(RECORDS_KEY, session, custodians),
        clock,
        disk,
        meta: { ticket: 'BG-20260312-01' },
        terminal: { columns: 80, rows: 24 },
        files: false,
        reserveBytes: 0,
        syncEveryMs: 1000,
        ...overrides,
      }),
  };
}

export const FINISHED = { reason: 'finished', exitStatus: 0, exitSignal: null } as const;
