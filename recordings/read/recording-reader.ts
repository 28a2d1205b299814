// What was seen and what was typed as one story, from its start or from a place in it; goes on with a recording that is
// still being made. Each event comes once and in the order of its track, whatever is asked when.

import type { TrackPlace } from '../format/track-scanner.ts';
import { trackPath } from '../storage/recording-directory.ts';
import type { RecordedEvent, UnwrapTrackKey } from './read-track.ts';
import { TrackCursor } from './track-cursor.ts';

/** Where both tracks are read on from. */
export interface RecordingPlaces {
  readonly screen: TrackPlace;
  readonly keys: TrackPlace | null;
}

/** From the middle, what is wanted is near. */
const NEAR_READ_BYTES = 256 * 1024;

export class RecordingReader {
  /** In order of who comes first at the same moment: output answers input. */
  readonly #cursors: readonly TrackCursor[];
  readonly #waiting: (RecordedEvent | undefined)[];

  private constructor(cursors: readonly TrackCursor[]) {
    this.#cursors = cursors;
    this.#waiting = cursors.map(() => undefined);
  }

  /** Tracks that are not there, and those `unwrap` gives no key for, are left out. */
  static async open(directory: string, unwrap: UnwrapTrackKey, places?: RecordingPlaces): Promise<RecordingReader> {
    const cursors = await Promise.all(
      (['keys', 'screen'] as const).map((track) => {
        const place = places?.[track] ?? undefined;
        return TrackCursor.open(trackPath(directory, track), unwrap, place, place && NEAR_READ_BYTES);
      }),
    );
    return new RecordingReader(cursors.filter((cursor) => cursor !== undefined));
  }

  /** The earliest event not given yet; undefined when there is none, which may change while the session lives. */
  async next(): Promise<RecordedEvent | undefined> {
    for (const [nth, cursor] of this.#cursors.entries()) this.#waiting[nth] ??= await cursor.nextEvent();
    let first: number | undefined;
    for (const [nth, event] of this.#waiting.entries()) {
      const leading = first === undefined ? undefined : this.#waiting[first];
      if (event !== undefined && (leading === undefined || event.at < leading.at)) first = nth;
    }
    if (first === undefined) return undefined;
    const event = this.#waiting[first];
    this.#waiting[first] = undefined;
    return event;
  }

  async close(): Promise<void> {
    await Promise.all(this.#cursors.map((cursor) => cursor.close()));
  }
}
