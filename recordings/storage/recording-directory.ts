// Where a session's recording lies: `<recordings>/<sessionId>/`, one file per track.

import { join } from 'node:path';
import type { SessionId } from '../../store/core/ids.ts';
import { type TrackName, trackFile } from '../format/track.ts';

/** The id's alphabet has no separator and no dot, so this never leaves `root`. */
export function recordingDirectory(root: string, session: SessionId): string {
  return join(root, session);
}

export function trackPath(directory: string, track: TrackName): string {
  return join(directory, trackFile(track));
}
