// After a crash: how far the tracks of a session are whole. The files are left as they are; what lies behind the last
// whole frame is measured too, so that the event `recording.recovered` pins every byte.

import { open, stat } from 'node:fs/promises';
import type { TrackName } from '../format/track.ts';
import { trackPath } from '../storage/recording-directory.ts';
import { measureTrack } from './measure-track.ts';

/** A type, not an interface: it goes into an event's details, which take JSON. */
export type RecoveredTrack = {
  /** Chain value after the last whole frame, hex; null when not even the header is whole. */
  readonly head: string | null;
  readonly frames: number;
  readonly bytes: number;
  /** The end frame is there: only the event about it was lost. */
  readonly complete: boolean;
  /** A frame that was being written, or what the disk made of it. */
  readonly tail: { readonly bytes: number; readonly sha256: string } | null;
};

/** Null for a track whose file was never created; `files` only where it was. */
export type RecoveredTracks = {
  readonly screen: RecoveredTrack | null;
  readonly keys: RecoveredTrack | null;
  readonly files?: RecoveredTrack;
};

/** Undefined when the recording was never begun. What is reported is durable. */
export async function recoverRecording(directory: string): Promise<RecoveredTracks | undefined> {
  if (!(await exists(directory))) return undefined;
  const [screen, keys] = [await recoverTrack(directory, 'screen'), await recoverTrack(directory, 'keys')];
  const files = await recoverTrack(directory, 'files');
  await sync(directory);
  return { screen, keys, ...(files && { files }) };
}

async function recoverTrack(directory: string, track: TrackName): Promise<RecoveredTrack | null> {
  const path = trackPath(directory, track);
  if (!(await exists(path))) return null;
  await sync(path);
  const { head = null, frames, bytes, complete, tail } = await measureTrack(path);
  return { head, frames, bytes, complete, tail };
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  await file.sync().finally(() => file.close());
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
