// Whether a recording is the one that was made: each track whole, of this session, and as it was written down when it
// ended. What a page can say at once; `sluice verify` compares every head with the evidence log, offline.

import { TRACKS, type TrackName } from '../recordings/format/track.ts';
import { recordingDirectory, trackPath } from '../recordings/storage/recording-directory.ts';
import { measureTrack, type TrackMeasure } from '../recordings/verify/measure-track.ts';
import type { Json } from '../store/core/canonical-json.ts';
import type { SessionId } from '../store/core/ids.ts';
import type { Sentence } from '../store/core/refusal.ts';
import type { Integrity } from './contract/sessions.ts';

export interface CheckedRecording {
  /** The first thing that is wrong; undefined when nothing is. */
  readonly problem: Sentence | undefined;
  /** Written down after a crash, as far as it was whole: what came last may be missing. */
  readonly brokenOff: boolean;
  /** Of the terminal it was seen in, where there was one. */
  readonly terminal: { readonly columns: number; readonly rows: number } | undefined;
  /** What was seen and what was typed is there to be read. */
  readonly readable: boolean;
}

/** `tracks`: as written down at the session's end; null while it is live, or when it could not be sealed. */
export async function checkRecording(
  root: string,
  session: SessionId,
  { tracks, live }: { readonly tracks: Json | null; readonly live: boolean },
): Promise<CheckedRecording> {
  const directory = recordingDirectory(root, session);
  const measured = await Promise.all(
    TRACKS.map(async (track) => ({ track, found: await measureTrack(trackPath(directory, track)).catch(ifMissing) })),
  );
  const problems = measured.map(({ track, found }) => {
    const noted = field(tracks, track);
    // Sessions that may not move files have no track for them.
    if (track === 'files' && noted === undefined && found === undefined) return undefined;
    return found === undefined ? MISSING : (problemOf(found, session, track, live, noted) ?? undefined);
  });
  return {
    problem: problems.find((problem) => problem !== undefined),
    brokenOff: TRACKS.some((track) => foundTorn(field(tracks, track))),
    terminal: measured.find(({ track }) => track === 'screen')?.found?.header?.terminal ?? undefined,
    readable: measured.every(({ track, found }) => track === 'files' || found !== undefined),
  };
}

const MISSING: Sentence = { zh: '缺少录像轨道', en: 'a track of this recording is missing' };
const ANOTHER: Sentence = { zh: '这是另一个会话的录像', en: 'this is the recording of another session' };
const CHANGED: Sentence = {
  zh: '录像与会话结束时所记的不同',
  en: 'this is not what was written down when the session ended',
};

function problemOf(
  found: TrackMeasure,
  session: SessionId,
  track: TrackName,
  live: boolean,
  noted: Json | undefined,
): Sentence | undefined {
  const { header, problem } = found;
  if (header !== undefined && (header.session !== session || header.track !== track)) return ANOTHER;
  // A frame is being written as we look.
  if (problem !== undefined && !(live && problem.kind === 'torn') && !foundTorn(noted)) return problem.sentence;
  if (noted === undefined) return undefined;
  const same =
    field(noted, 'head') === (found.head ?? null) &&
    field(noted, 'frames') === found.frames &&
    field(noted, 'bytes') === found.bytes &&
    field(field(noted, 'tail') ?? null, 'sha256') === found.tail?.sha256;
  return same ? undefined : CHANGED;
}

/** Found without an end after a crash, and written down as it was found. */
function foundTorn(noted: Json | undefined): boolean {
  return field(noted ?? null, 'complete') === false;
}

/** As the pages show it. */
export function integrityOf({ problem, brokenOff }: CheckedRecording): Integrity {
  if (problem !== undefined) return { intact: false, problem: { ...problem } };
  return brokenOff ? { intact: true, brokenOff } : { intact: true };
}

function ifMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

function field(value: Json | null, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [name: string]: Json })[name];
}
