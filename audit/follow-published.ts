// The published log as a process follows it that does not publish it. A checkpoint is published with its line in the
// history; the file `checkpoint` comes a moment later, and may still show the one before.

import type { EvidenceFolder } from './evidence-folder.ts';
import type { LogProofsInput } from './log-proofs.ts';
import { cosignedCheckpoint } from './witness/cosigned-checkpoint.ts';

/** `flush` looks again; `publish` runs before, where somebody can be asked to. */
export function followPublished(
  folder: Pick<EvidenceFolder, 'read'>,
  publish: () => Promise<void> = async () => {},
): LogProofsInput['publisher'] {
  let latest: string | undefined;
  return {
    checkpoint: () => latest,
    async flush() {
      await publish();
      latest = (await cosignedCheckpoint(folder, null, 0))?.note;
    },
  };
}
