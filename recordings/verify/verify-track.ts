// Whether one track file is whole, without any key: what `sluice verify <file>` asks.

import type { Sentence } from '../../store/core/refusal.ts';
import { measureTrack } from './measure-track.ts';

export type TrackVerdict =
  | {
      readonly ok: true;
      /** Chain value after the last frame, hex. */
      readonly head: string;
      readonly frames: number;
      readonly bytes: number;
      /** False for a track without its end frame: still being written, or never finished. */
      readonly complete: boolean;
    }
  | {
      readonly ok: false;
      readonly problem: {
        readonly file: string;
        readonly offset: number;
        /** Null for the header. */
        readonly frame: number | null;
        readonly sentence: Sentence;
      };
    };

/** Constant memory. Rejects only when the disk cannot be read. */
export async function verifyTrack(file: string): Promise<TrackVerdict> {
  const { problem, head, frames, bytes, complete } = await measureTrack(file);
  if (problem === undefined && head !== undefined) return { ok: true, head, frames, bytes, complete };
  const { offset, frame, sentence } = problem ?? EMPTY;
  return { ok: false, problem: { file, offset, frame, sentence } };
}

const EMPTY = { offset: 0, frame: null, sentence: { zh: '文件是空的', en: 'the file is empty' } };
