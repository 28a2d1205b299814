// The commands read from the screen of one recording, out of its picture.

import type { Command } from '../commands/command.ts';
import { readCommands } from '../picture/seek.ts';
import { readHeader } from '../read/read-header.ts';
import type { UnwrapTrackKey } from '../read/read-track.ts';
import { trackPath } from '../storage/recording-directory.ts';

/** None where there was no terminal; undefined where they have not been read, or cannot be. */
export async function recordedCommands(
  directory: string,
  picture: string,
  unwrap: UnwrapTrackKey,
): Promise<readonly Command[] | undefined> {
  const header = await readHeader(trackPath(directory, 'screen'));
  if (header?.terminal === null) return [];
  const dataKey = header && (await unwrap(header));
  return dataKey && readCommands(picture, dataKey);
}
