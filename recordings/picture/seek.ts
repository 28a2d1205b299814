// From a moment in a recording to the nearest key frame before it: what the screen looked like there, and the places
// from which both tracks are read on. One read of an index, one of a snapshot.

import type { Secret } from '../../store/core/secret.ts';
import type { Command } from '../commands/command.ts';
import type { Snapshot } from './emulator.ts';
import { openPicture } from './picture-file.ts';
import { type IndexEntry, parseIndex, parseKeyFrame } from './picture-index.ts';

export interface Found {
  readonly entry: IndexEntry;
  readonly snapshot: Snapshot;
}

/** How many key frames are gone back for the sake of an exact one. */
const FAR = 4;

/** Undefined where there is no picture of the recording, or no key frame that early: it is read from its start. */
export async function seek(path: string, dataKey: Secret, milliseconds: number): Promise<Found | undefined> {
  const picture = await openPicture(path, dataKey);
  if (picture === undefined) return undefined;
  try {
    const entry = nearest(parseIndex(picture.index)?.entries ?? [], milliseconds * 1000);
    const record = entry === undefined ? undefined : parseKeyFrame(await picture.keyFrame(entry.record));
    return entry === undefined || record === undefined ? undefined : { entry, snapshot: record.snapshot };
  } finally {
    await picture.close();
  }
}

/** Undefined where they have not been read yet. */
export async function readCommands(path: string, dataKey: Secret): Promise<readonly Command[] | undefined> {
  const picture = await openPicture(path, dataKey);
  await picture?.close();
  return parseIndex(picture?.index)?.commands;
}

/** The last one by then that is exact; where that is far, the last one. */
function nearest(entries: readonly IndexEntry[], microseconds: number): IndexEntry | undefined {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.screen.microseconds ?? Infinity) <= microseconds) low = middle + 1;
    else high = middle;
  }
  const near = entries.slice(Math.max(0, low - FAR), low);
  return near.findLast(({ exact }) => exact) ?? near.at(-1);
}
