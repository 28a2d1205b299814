// What the evidence log can say of originals: what was there before it could be changed, and what is there afterwards.

import type { Json } from '../../store/core/canonical-json.ts';
import type { FilePath } from './file-path.ts';

export interface OriginalEvents {
  /**
   * What was found on a target, item by item, in the order of the manifest: `from` counts from 0. An item says its path,
   * type, mode, size, time of last change and SHA-256; of what was about to be changed over sftp also what `op` it was.
   */
  'originals.listed': {
    readonly session: string;
    readonly ticket: string;
    readonly manifest: string;
    readonly from: number;
    readonly items: Json;
  };
  /** Everything the ticket says it changes on that target account is in evidence. `sha256`: of the manifest, hex. */
  'originals.copied': OriginalsCopied;
  /** Not all of it; `without`: what the approval said, where the session opened all the same. */
  'originals.not-copied': OriginalsCopied & {
    readonly path: FilePath | null;
    readonly why: string;
    readonly without: string | null;
  };
  /** A session opened on the copies that another one of the same window made. */
  'originals.relied-on': { readonly session: string; readonly ticket: string; readonly manifest: string };
  /** Files of a target are read into evidence by nobody: a session of its own kind, with a recording of what was asked. */
  'reading.opened': {
    readonly session: string;
    readonly ticket: string;
    readonly targetAccount: string;
    readonly target: string;
    readonly login: string;
  };
  /** `why`: what could not be read, and so nothing after it; null where everything was looked at. */
  'reading.ended': {
    readonly session: string;
    readonly ticket: string;
    readonly why: string | null;
    readonly path: FilePath | null;
  };
  /** What is there now; its items are listed before. `sha256`: of the manifest, hex. */
  'originals.read-again': {
    readonly session: string;
    readonly ticket: string;
    readonly targetAccount: string;
    readonly manifest: string;
    readonly items: number;
    readonly sha256: string;
    readonly why: string | null;
  };
  /** How it differs from what was there first. `sha256`: of the report's canonical JSON, hex. */
  'originals.reported': {
    readonly ticket: string;
    readonly report: string;
    readonly sha256: string;
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
    readonly undeclared: number;
    readonly unread: number;
  };
  /** Somebody read a difference report, which quotes the files. */
  'originals.report-read': { readonly ticket: string; readonly report: string };
  /** Before the first byte leaves: a copy goes to who asked for it by a ticket that names its hash. `of`: whose original. */
  'original.handed-out': { readonly ticket: string; readonly of: string; readonly sha256: string };
}

export type OriginalsCopied = {
  readonly session: string;
  readonly ticket: string;
  readonly targetAccount: string;
  readonly manifest: string;
  /** The start of the window. */
  readonly window: number;
  readonly declared: readonly string[];
  readonly items: number;
  readonly bytes: number;
  readonly sha256: string;
};
