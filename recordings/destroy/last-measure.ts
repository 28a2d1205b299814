// What is said of a recording before it is destroyed: everything that could still tell a copy from another.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { trackPath } from '../storage/recording-directory.ts';
import { type RecoveredTrack, recoverRecording } from '../verify/recover-recording.ts';

/** A type, not an interface: it goes into an event's details, which take JSON. */
export type LastTrack = RecoveredTrack & {
  /** Of the whole file, hex. */
  readonly sha256: string;
};

/** Null for a track that was never created; `files` only where it was. */
export type LastMeasure = {
  readonly screen: LastTrack | null;
  readonly keys: LastTrack | null;
  readonly files?: LastTrack;
};

/** Undefined where there is no recording. */
export async function lastMeasure(directory: string): Promise<LastMeasure | undefined> {
  const found = await recoverRecording(directory);
  if (found === undefined) return undefined;
  const hashed = async (name: 'screen' | 'keys' | 'files', track: RecoveredTrack): Promise<LastTrack> => ({
    ...track,
    sha256: await sha256Of(trackPath(directory, name)),
  });
  return {
    screen: found.screen && (await hashed('screen', found.screen)),
    keys: found.keys && (await hashed('keys', found.keys)),
    ...(found.files && { files: await hashed('files', found.files) }),
  };
}

async function sha256Of(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) digest.update(piece);
  return digest.digest('hex');
}
