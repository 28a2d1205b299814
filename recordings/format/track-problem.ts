// What can be wrong with the bytes of a track: a sentence for people, and the place in the file.

import type { Sentence } from '../../store/core/refusal.ts';

export interface TrackProblem {
  /** `torn`: the file stops in the middle of something. `altered`: bytes are not what the format demands. */
  readonly kind: 'torn' | 'altered';
  /** Where the header or frame starts that is wrong, in bytes from the start of the file. */
  readonly offset: number;
  /** Sequence number of that frame; null for the header. */
  readonly frame: number | null;
  readonly sentence: Sentence;
}

export function isProblem(value: object): value is TrackProblem {
  return 'sentence' in value && 'offset' in value;
}
