// Takes a recording away for good. The headers go first: a data key exists nowhere but in their capsules, so that what
// a disk still has of the rest opens for nobody. Broken off anywhere, it is begun again and comes to the same end.

import { join } from 'node:path';
import type { SessionId } from '../../store/core/ids.ts';
import { TRACKS } from '../format/track.ts';
import { recordingDirectory, trackPath } from '../storage/recording-directory.ts';
import type { ErasingDisk } from './erasing-disk.ts';

/** The largest header there can be: magic, version, length, JSON, hash. */
const HEADER_BYTES = 8 + 2 + 4 + 65_536 + 32;

/** Nothing of the session is below `root` once this resolved. */
export async function eraseRecording(disk: ErasingDisk, root: string, session: SessionId): Promise<void> {
  const directory = recordingDirectory(root, session);
  const names = await disk.list(directory);
  if (names !== undefined) {
    for (const track of TRACKS) await disk.blank(trackPath(directory, track), HEADER_BYTES);
    for (const name of names) await disk.remove(join(directory, name));
    await disk.syncDirectory(directory);
    await disk.removeDirectory(directory);
  }
  // Also where it was gone already: the step before a kill may not have been durable.
  await disk.syncDirectory(root);
}
