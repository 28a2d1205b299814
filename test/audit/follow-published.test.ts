// What a process sees of a log that another one publishes, at any moment of the publishing (R33).

import { expect, onTestFinished, test } from 'vitest';
import { parseTreeHead } from '../../audit/checkpoint.ts';
import type { EvidenceFolder } from '../../audit/evidence-folder.ts';
import { followPublished } from '../../audit/follow-published.ts';
import { createLogProofs } from '../../audit/log-proofs.ts';
import { parseNote } from '../../audit/signed-note.ts';
import { logScene } from './log-scene.ts';

const headOf = (note: string) =>
  parseTreeHead(parseNote(note)?.text ?? '') ?? { origin: '', size: 0, root: Buffer.of() };

test('proofs are made under a checkpoint whose line is written and whose file is not yet (R33)', async () => {
  const log = await logScene(20);
  onTestFinished(() => log.close());
  const before = await log.folder.read('checkpoint');
  const note = await log.grow(7);
  const behind: Pick<EvidenceFolder, 'read'> = {
    read: async (file) => (file === 'checkpoint' ? before : log.folder.read(file)),
  };
  const publisher = followPublished(behind);
  const proofs = createLogProofs({ database: log.database, folder: behind, publisher });
  await publisher.flush();
  expect(await proofs.leaves([0, 26], headOf(note))).toHaveLength(2);
});

test('tiles that were replaced meanwhile are looked for again under the newer checkpoint (R33)', async () => {
  const log = await logScene(20);
  onTestFinished(() => log.close());
  const note = log.publisher.checkpoint() ?? '';
  const publisher = followPublished(log.folder);
  const proofs = createLogProofs({ database: log.database, folder: log.folder, publisher });
  await publisher.flush();
  await log.grow(300);
  expect(await proofs.leaves([0, 19], headOf(note))).toHaveLength(2);
});
