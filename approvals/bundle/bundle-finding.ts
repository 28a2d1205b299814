// What does not hold in a bundle: a word that stays the same for programs, what it is about, and a sentence.

import type { Sentence } from '../../store/core/refusal.ts';

/** The duties that are judged by what the events say. */
export type MatterName =
  /** Submitted, filed where it has to be, approved by as many different people as it needs. */
  | 'stages'
  /** Who decided in a head's place did so within their days. */
  | 'deputy'
  /** Opened by two people, as an emergency may be. */
  | 'emergency'
  /** A head who did not open it has looked at the emergency afterwards. */
  | 'review'
  /** Nothing approved and nothing open in a frozen span. */
  | 'freeze'
  /** Nothing passed while nobody watched. */
  | 'supervision'
  /** Over when its window was. */
  | 'time'
  /** What is changed was copied first, and the lists of copies are whole. */
  | 'originals'
  /** The files that the ticket names are those that were attached. */
  | 'attachments';

export type FindingCode =
  /** A duty that the events show not to have been kept. */
  | MatterName
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
