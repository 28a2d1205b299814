// Everything that is asked of the disk while recordings are destroyed, broken in every way, followed by the recovery of
// the next start and a full verification.

import { generateKeyPairSync } from 'node:crypto';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createEvidenceLog } from '../../audit/append.ts';
import type { AppendEvidence } from '../../audit/event.ts';
import { openEvidenceFolder } from '../../audit/evidence-folder.ts';
import { openEvidencePublisher } from '../../audit/publisher.ts';
import { createLogSigner } from '../../audit/signed-note.ts';
import { type ErasingDisk, systemErasingDisk } from '../../recordings/destroy/erasing-disk.ts';
import { verifyDataFolder } from '../../recordings/verify/verify-data-folder.ts';
import type { SessionId } from '../../store/core/ids.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { openDatabase } from '../../store/database.ts';
import { keepingScene, RETENTION_DAYS } from '../approvals/keeping/scene.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FAULTS = ['failed', 'failed but persisted', 'killed'] as const;
type Fault = (typeof FAULTS)[number];

/** Breaks the `nth` step; the process is gone after a kill, so that nothing after it happens. */
function faulty(nth: number, fault: Fault): { readonly disk: ErasingDisk; readonly steps: () => number } {
  let count = 0;
  const step = async <T>(act: () => Promise<T>): Promise<T> => {
    count += 1;
    if (count < nth || (count > nth && fault !== 'killed')) return act();
    if (count === nth && fault === 'failed but persisted') await act();
    throw new Error(`EIO at step ${count}`);
  };
  const { list, blank, remove, removeDirectory, syncDirectory } = systemErasingDisk;
  return {
    steps: () => count,
    disk: {
      list: (path) => step(() => list(path)),
      blank: (path, bytes) => step(() => blank(path, bytes)),
      remove: (path) => step(() => remove(path)),
      removeDirectory: (path) => step(() => removeDirectory(path)),
      syncDirectory: (path) => step(() => syncDirectory(path)),
    },
  };
}

async function folder(disk: ErasingDisk) {
  const root = temporaryFolder();
  const [evidenceDirectory, recordingsDirectory] = [join(root, 'evidence'), join(root, 'recordings')];
  mkdirSync(recordingsDirectory);
  const database = await openDatabase({ kind: 'sqlite', file: join(root, 'sluice.db') });
  const signer = createLogSigner('sluice/test', generateKeyPairSync('ed25519').privateKey);
  const appendWith = (clock: ManualClock): AppendEvidence => createEvidenceLog({ clock, origin: signer.name }).append;
  const at = await keepingScene(database, disk, { root: recordingsDirectory, appendWith });
  return {
    ...at,
    recordingsDirectory,
    async verify() {
      const evidence = openEvidenceFolder(evidenceDirectory);
      const uses = { database, folder: evidence, signer, clock: at.clock, logger: silentLogger };
      // Not before: its clock would tick through four hundred days.
      const publisher = await openEvidencePublisher(uses);
      await publisher.flush();
      await publisher.stop();
      return verifyDataFolder({ evidenceDirectory, recordingsDirectory, verifierKey: signer.verifierKey });
    },
    close: () => database.close(),
  };
}

async function destroyTwo(disk: ErasingDisk) {
  const at = await folder(disk);
  const sessions: SessionId[] = [await at.recorded(), await at.recorded()];
  await at.recorded();
  at.grow(RETENTION_DAYS);
  const id = await at.approvedFor(sessions);
  const before = join(temporaryFolder(), 'copy');
  cpSync(at.recordingsDirectory, before, { recursive: true });
  return { ...at, sessions, before, done: await at.destructions.destroy(at.auditor.user, id) };
}

/** Of each of the two: list, three headers, two files, the folder synced and removed, its parent synced. */
const STEPS = 18;

test('how many steps there are is known, so that none is left out', async () => {
  const counting = faulty(Number.POSITIVE_INFINITY, 'failed');
  const at = await destroyTwo(counting.disk);
  expect(at.done.erased).toBe(true);
  expect(counting.steps()).toBe(STEPS);
  await at.close();
});

for (const fault of FAULTS) {
  test.each(Array.from({ length: STEPS }, (_, nth) => [nth + 1]))(
    `step %i ${fault}: the next start finishes what the log says was destroyed (R19, R21)`,
    async (nth) => {
      const at = await destroyTwo(faulty(nth, fault).disk);
      expect(at.done.erased).toBe(false);
      const there = at.sessions.filter((session) => existsSync(join(at.recordingsDirectory, session)));
      const found = await at.verify();
      expect(found.findings.map(({ where }) => where.file)).toEqual(
        there.map((session) => join('recordings', session)),
      );
      expect(await at.eraserWith(systemErasingDisk).finish()).toBe(true);
      const after = await at.verify();
      expect(after.findings).toEqual([]);
      expect(after.recordings).toMatchObject({ recordings: 3, sealed: 1, destroyed: 2 });
      await at.close();
    },
  );
}

test('a recording that is put back after its destruction, or is gone without one, is found (R19, R21, B12)', async () => {
  const at = await destroyTwo(systemErasingDisk);
  expect((await at.verify()).findings).toEqual([]);
  const [first = ''] = at.sessions;
  cpSync(join(at.before, first), join(at.recordingsDirectory, first), { recursive: true });
  expect((await at.verify()).findings).toMatchObject([
    { where: { file: join('recordings', first) }, sentence: { en: expect.stringContaining('it is still there') } },
  ]);
  await at.eraserWith(systemErasingDisk).finish();
  await at.close();
});
