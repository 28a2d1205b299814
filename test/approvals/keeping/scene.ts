// A centre whose sessions leave real recordings, and the people who keep and destroy them.

import { join } from 'node:path';
import { createDestructions } from '../../../approvals/keeping/destructions.ts';
import { createListDue } from '../../../approvals/keeping/due-records.ts';
import { createEraser, type EraseStep } from '../../../approvals/keeping/eraser.ts';
import { createHolds } from '../../../approvals/keeping/holds.ts';
import { createRecordRequests } from '../../../approvals/records/service.ts';
import { eraseRecording } from '../../../recordings/destroy/erase-recording.ts';
import { type ErasingDisk, systemErasingDisk } from '../../../recordings/destroy/erasing-disk.ts';
import { lastMeasure } from '../../../recordings/destroy/last-measure.ts';
import { createRecordingKeys } from '../../../recordings/storage/recording-keys.ts';
import { createSystemDisk } from '../../../recordings/write/disk.ts';
import { openRecording } from '../../../recordings/write/open-recording.ts';
import type { SessionId } from '../../../store/core/ids.ts';
import { silentLogger } from '../../../store/core/logger.ts';
import { DAY_MS } from '../../../store/core/retention.ts';
import type { Database } from '../../../store/database.ts';
import { FINISHED, RECORDS_KEY } from '../../recordings/support.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type Actor, createWorld } from '../world.ts';

export const RETENTION_DAYS = 400;

export type KeepingScene = Awaited<ReturnType<typeof keepingScene>>;

export async function keepingScene(
  database: Database,
  disk: ErasingDisk = systemErasingDisk,
  { root = temporaryFolder(), appendWith }: { root?: string; appendWith?: Parameters<typeof createWorld>[1] } = {},
) {
  const at = await createWorld(database, appendWith);
  const requests = createRecordRequests(at);
  const more: EraseStep[] = [];
  const uses = { ...at, requests, retentionDays: RETENTION_DAYS };
  const eraserWith = (erasing: ErasingDisk) =>
    createEraser({
      ...at,
      logger: silentLogger,
      steps: [
        (session) => eraseRecording(erasing, root, session),
        async (session) => {
          for (const step of more) await step(session);
        },
      ],
    });
  const eraser = eraserWith(disk);
  const destructions = createDestructions({
    ...uses,
    eraser,
    measure: (session) => lastMeasure(join(root, session)),
  });
  const auditor = await at.actor('wang-shenji', 'auditor');
  const deputy = await at.actor('sun-zhuren', 'head');
  const ticket = await at.open();

  /** Ended, with a whole recording. */
  async function recorded(): Promise<SessionId> {
    const channel = await at.gate.decide(at.engineer.user, at.request());
    const { session } = channel;
    const recording = await openRecording({
      directory: join(root, session),
      session,
      keys: await createRecordingKeys(RECORDS_KEY, session, null),
      clock: at.clock,
      disk: createSystemDisk(),
      meta: {},
      terminal: { columns: 80, rows: 24 },
      files: false,
      reserveBytes: 0,
      syncEveryMs: 1000,
    });
    await at.sessions.opened(channel, recording.heads());
    await recording.output(Buffer.from('口令是 hunter2\r\n'));
    const { tracks } = await recording.seal(FINISHED);
    const end = { reason: 'finished', exitStatus: 0, exitSignal: null, recordedBytes: 18, tracks } as const;
    await at.sessions.ended(session, end);
    return session;
  }
  const approve = async (id: string, by: Actor = at.head) =>
    requests.approve(by.user, await at.fresh(by.user, by.member, 'record.approve'), id);

  return {
    ...at,
    root,
    more,
    ticket,
    requests,
    auditor,
    deputy,
    eraser,
    eraserWith,
    destructions,
    holds: createHolds(at),
    listDue: createListDue(uses),
    recorded,
    approve,
    grow: (days: number) => at.clock.advance(days * DAY_MS),
    async approvedFor(sessions: readonly SessionId[]): Promise<string> {
      const { id } = await destructions.ask(auditor.user, sessions, '保存期满');
      await approve(id);
      return id;
    },
  };
}
