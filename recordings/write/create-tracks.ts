// Creates the files of a recording with their headers, durable.

import { join } from 'node:path';
import type { Clock } from '../../store/core/clock.ts';
import type { SessionId } from '../../store/core/ids.ts';
import { encodeHeader, type RecordingMeta, type TerminalSize } from '../format/header.ts';
import type { RecordingKeys } from '../format/recording-keys.ts';
import { HASH_BYTES, type PerTrack, type TrackName, trackFile } from '../format/track.ts';
import type { Disk } from './disk.ts';

/** What a recording's files need to begin. */
export interface NewTracks {
  /** The session's own directory; its parent exists, it does not. */
  readonly directory: string;
  readonly session: SessionId;
  readonly keys: RecordingKeys;
  readonly meta: RecordingMeta;
  /** Null where there is no terminal. */
  readonly terminal: TerminalSize | null;
  /** Whether the session may move files, and so has a track for them. */
  readonly files: boolean;
  readonly clock: Clock;
  readonly disk: Disk;
}

export interface OpenFile {
  readonly file: number;
  readonly headerHash: Buffer;
  readonly headerBytes: number;
}

export interface OpenFiles {
  readonly started: number;
  readonly tracks: PerTrack<OpenFile>;
}

/** All tracks with durable headers. What was opened is in `opened`, also when it rejects. */
export async function createTracks(input: NewTracks, opened: number[]): Promise<OpenFiles> {
  const moment = { created: input.clock.now(), started: input.clock.monotonic() };
  const create = (track: TrackName): Promise<OpenFile> => createTrack(input, track, moment.created, opened);
  // All must have come to an end before anybody may close their descriptors.
  const [screen, keys, files] = await Promise.allSettled([
    create('screen'),
    create('keys'),
    input.files ? create('files') : undefined,
  ]);
  if (screen.status === 'rejected') throw screen.reason;
  if (keys.status === 'rejected') throw keys.reason;
  if (files.status === 'rejected') throw files.reason;
  const tracks = { screen: screen.value, keys: keys.value, ...(files.value && { files: files.value }) };
  return { started: moment.started, tracks };
}

async function createTrack(
  { disk, directory, session, terminal, meta, keys }: NewTracks,
  track: TrackName,
  created: number,
  opened: number[],
): Promise<OpenFile> {
  const header = encodeHeader({ session, track, created, terminal, meta, recipients: keys[track].recipients });
  const file = await disk.createFile(join(directory, trackFile(track)));
  opened.push(file);
  await writeAll(disk, file, header);
  await new Promise<void>((resolve, reject) =>
    disk.sync(file, (error) => (error === null ? resolve() : reject(error))),
  );
  return { file, headerHash: header.subarray(header.length - HASH_BYTES), headerBytes: header.length };
}

async function writeAll(disk: Disk, file: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const offset = at;
    at += await new Promise<number>((resolve, reject) =>
      disk.write(file, bytes, offset, (error, written) => {
        if (error !== null) reject(error);
        else if (written <= 0) reject(new Error('expected the disk to take some bytes, it took none'));
        else resolve(written);
      }),
    );
  }
}
