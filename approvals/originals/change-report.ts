// The difference report of a ticket: for each target account what was added, changed and removed, with both hashes, where
// it was declared and where not, and what could not be read. Canonical JSON, whose hash is in the log; text differences
// are in the store of files, encrypted like the originals they quote, and named here by their hashes.

import type { FilePath } from '../../audit/events/file-path.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { SessionId, TargetAccountId, TicketId } from '../../store/core/ids.ts';
import type { Change } from './difference.ts';

export interface ReportedChange extends Change {
  /** Of its text difference, hex; null where there is none to show. */
  readonly text: string | null;
}

export interface ReportedPlace {
  readonly targetAccount: TargetAccountId;
  readonly target: string;
  readonly login: string;
  /** Under which it was read again; null where no session was opened there, so that there is nothing to compare. */
  readonly reading: SessionId | null;
  readonly declared: readonly string[];
  /** Why nothing, or not all of it, could be read again; then what is not among the changes is not known to be the same. */
  readonly failure: { readonly path: FilePath | null; readonly why: string } | null;
  /** Why the originals are not whole. */
  readonly originals: string | null;
  readonly changes: readonly ReportedChange[];
  /** Paths that sftp touched beyond those that were read again. */
  readonly notRead: number;
}

export interface ChangeReport {
  readonly format: 1;
  readonly ticket: TicketId;
  readonly at: number;
  readonly places: readonly ReportedPlace[];
}

export interface ReportFigures {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly undeclared: number;
  readonly unread: number;
}

export function reportJson(report: ChangeReport): Json {
  return JSON.parse(JSON.stringify(report)) as Json;
}

export function figuresOf({ places }: ChangeReport): ReportFigures {
  const changes = places.flatMap(({ changes }) => changes);
  const count = (...hows: readonly Change['how'][]) => changes.filter(({ how }) => hows.includes(how)).length;
  return {
    added: count('added'),
    changed: count('changed', 'mode'),
    removed: count('removed'),
    undeclared: changes.filter(({ declared }) => !declared).length,
    unread: count('unread', 'no-original') + places.filter(({ failure }) => failure !== null).length,
  };
}
