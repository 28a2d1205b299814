// What stands in the records of a picture file, and how it is read back: an index by time, a snapshot for each place.

import type { Command } from '../commands/command.ts';
import type { CommandReaderState } from '../commands/command-reader.ts';
import type { TrackPlace } from '../format/track-scanner.ts';
import type { Snapshot } from './emulator.ts';
import type { RecordPlace } from './picture-file.ts';

/** A place both tracks can be read on from, and how the screen looked there. */
export interface KeyFrame {
  /** Where the next frame of the screen track begins. */
  readonly screen: TrackPlace;
  /** Of the keys track: the first frame later than that place; null where the track is not there. */
  readonly keys: TrackPlace | null;
  /** Bytes of output drawn by then, error output not counted. */
  readonly output: number;
  /** The snapshot is what a straight replay shows there. */
  readonly exact: boolean;
  /** Something before it was left out, because the emulator did not come to an end with it. */
  readonly gap: boolean;
}

export interface IndexEntry extends KeyFrame {
  readonly record: RecordPlace;
}

export interface PictureIndex {
  readonly entries: readonly IndexEntry[];
  readonly commands: readonly Command[];
  /** Where the screen track ended when this was made. */
  readonly end: TrackPlace;
}

/** What a key frame's record holds; with it building goes on after an interruption. */
export interface KeyFrameRecord {
  readonly keyFrame: KeyFrame;
  readonly snapshot: Snapshot;
  /** Those that were read since the key frame before. */
  readonly commands: readonly Command[];
  readonly reader: CommandReaderState;
}

export function keyFrameContent({ keyFrame, snapshot, commands, reader }: KeyFrameRecord): object {
  const { columns, rows, paint, held, exact } = snapshot;
  return {
    keyFrame: keyFrameJson(keyFrame),
    snapshot: { columns, rows, paint: paint.toString('utf8'), held: held.toString('base64'), exact },
    commands,
    reader,
  };
}

export function indexContent({ entries, commands, end }: PictureIndex): object {
  return {
    entries: entries.map((entry) => ({ ...keyFrameJson(entry), record: entry.record })),
    commands,
    end: placeJson(end),
  };
}

/** What was sealed by `keyFrameContent`, which nobody else can have made. */
export function parseKeyFrame(content: unknown): KeyFrameRecord | undefined {
  if (content === undefined) return undefined;
  const { keyFrame, snapshot, commands, reader } = content as Written<KeyFrameRecord>;
  return {
    keyFrame: keyFrameOf(keyFrame),
    snapshot: {
      ...snapshot,
      paint: Buffer.from(snapshot.paint, 'utf8'),
      held: Buffer.from(snapshot.held, 'base64'),
    },
    commands,
    reader,
  };
}

export function parseIndex(content: unknown): PictureIndex | undefined {
  if (content === undefined) return undefined;
  const { entries, commands, end } = content as Written<PictureIndex>;
  return {
    entries: entries.map((entry) => ({ ...keyFrameOf(entry), record: entry.record })),
    commands,
    end: placeOf(end),
  };
}

/** The same with buffers as text, which is how it is written. */
type Written<T> = T extends Buffer
  ? string
  : T extends readonly (infer E)[]
    ? readonly Written<E>[]
    : T extends object
      ? { readonly [K in keyof T]: Written<T[K]> }
      : T;

function keyFrameJson({ screen, keys, output, exact, gap }: KeyFrame): object {
  return { screen: placeJson(screen), keys: keys === null ? null : placeJson(keys), output, exact, gap };
}

function keyFrameOf({ screen, keys, output, exact, gap }: Written<KeyFrame>): KeyFrame {
  return { screen: placeOf(screen), keys: keys === null ? null : placeOf(keys), output, exact, gap };
}

function placeJson({ offset, frame, microseconds, chain }: TrackPlace): object {
  return { offset, frame, microseconds, chain: chain.toString('hex') };
}

function placeOf({ offset, frame, microseconds, chain }: Written<TrackPlace>): TrackPlace {
  return { offset, frame, microseconds, chain: Buffer.from(chain, 'hex') };
}
