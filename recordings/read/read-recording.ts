// What was seen and what was typed as one story, ordered by time. The files track is read by itself.

import { trackPath } from '../storage/recording-directory.ts';
import { type RecordedEvent, readTrack, type TrackEnding, type UnwrapTrackKey } from './read-track.ts';

/**
 * Every event of the tracks `unwrap` gives a key for, ordered by time; of two at the same time what was typed comes
 * first, because output answers input. Each track's last item says how its file ended; `end` comes once per track.
 */
export async function* readRecording(
  directory: string,
  unwrap: UnwrapTrackKey,
): AsyncGenerator<RecordedEvent | TrackEnding> {
  const readers = (['keys', 'screen'] as const).map((track) => readTrack(trackPath(directory, track), unwrap));
  const waiting = await Promise.all(readers.map((reader) => reader.next()));
  try {
    for (;;) {
      const nth = earliest(waiting);
      const [item, reader] = [waiting[nth], readers[nth]];
      if (item === undefined || reader === undefined || item.done) return;
      yield item.value;
      waiting[nth] = await reader.next();
    }
  } finally {
    for (const reader of readers) await reader.return(undefined);
  }
}

/** Index of the earliest item; the first of equals; -1 when all are done. */
function earliest(waiting: readonly IteratorResult<RecordedEvent | TrackEnding>[]): number {
  return waiting.reduce((best, item, nth) => {
    const leading = waiting[best];
    if (item.done) return best;
    return leading === undefined || leading.done || item.value.at < leading.value.at ? nth : best;
  }, -1);
}
