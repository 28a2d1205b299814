// What does not hold in a bundle: a word that stays the same for programs, what it is about, and a sentence.

import type { Sentence } from '../../store/core/refusal.ts';

export type FindingCode =
  /** The bundle is not put together as it must be: a file is missing, too many, or spelled otherwise. */
  | 'bundle'
  /** The log's key is not the one that is known from elsewhere. */
  | 'key'
  /** The checkpoint is not signed by that key. */
  | 'checkpoint'
  /** Too few of the witnesses that are asked for have signed it. */
  | 'witnesses'
  /** A timestamp is not one of a checkpoint before, or not by whom it must be. */
  | 'timestamp'
  /** An event is not in the log that was signed. */
  | 'event'
  /** The ticket is not what was approved. */
  | 'ticket'
  /** A session without an approval before it, by the wrong person, or outside every window; more time wrongly granted. */
  | 'approval'
  /** A recording is not what the log says of it. */
  | 'recording';

export interface BundleFinding {
  readonly code: FindingCode;
  /** A file, the index of an event, a ticket or a session. */
  readonly about: string;
  readonly sentence: Sentence;
}
