// What verification found wrong: where, and one sentence.

import type { Sentence } from '../store/core/refusal.ts';

export interface Place {
  /** Relative to the folder that was checked, with `/`. */
  readonly file: string;
  /** Bytes from the start of the file. */
  readonly offset?: number;
  /** Index of the leaf in the log. */
  readonly leaf?: number;
  /** Sequence number of the frame in the track. */
  readonly frame?: number;
}

export interface Finding {
  readonly where: Place;
  readonly sentence: Sentence;
}
