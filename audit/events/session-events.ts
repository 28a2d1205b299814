// What the evidence log can say of sessions: opened, watched, recorded, ended, and what they did to files.

import type { Json } from '../../store/core/canonical-json.ts';
import type { Capacity } from './capacity.ts';
import type { FilePath } from './file-path.ts';

export interface SessionEvents {
  'credential.released': { readonly session: string; readonly targetAccount: string };
  'session.opened': {
    readonly session: string;
    readonly ticket: string;
    readonly account: string;
    readonly targetAccount: string;
    readonly target: string;
    readonly login: string;
    readonly kind: string;
    readonly via: string;
    readonly command: string | null;
    /** The rights and paths of an sftp session. */
    readonly files?: Json;
    /** Where a forwarded connection goes: { host, port }. */
    readonly destination?: Json;
    /** Nothing reaches the target until somebody watches: `session.resumed` says when. */
    readonly supervised?: true;
  };
  /** Somebody holds a live view open from now on, and counts as a supervisor until `watch.ended`. */
  'watch.begun': Capacity & { readonly session: string };
  'watch.ended': { readonly session: string; readonly why: string };
  /** A supervisor stopped it by hand, or lets it go on as far as somebody watches. */
  'session.held': { readonly session: string; readonly reason: string };
  'session.released': { readonly session: string };
  /** From here on nothing passes between the two sides, until it is resumed. */
  'session.frozen': { readonly session: string; readonly cause: 'held' | 'unwatched' };
  'session.resumed': { readonly session: string };
  /** Its window is over; nothing new begins in it, and what runs may finish until then. */
  'session.finishing': { readonly session: string; readonly until: number };
  /** A supervisor wrote a line that the engineer read. */
  'session.told': { readonly session: string; readonly text: string };
  /** The recording's files exist and their headers are durable. `heads`: track name → chain hash, hex. */
  'recording.opened': { readonly session: string; readonly heads: Json };
  /** Where the recording's chains stand while the session runs. */
  'recording.head': { readonly session: string; readonly heads: Json };
  'session.ended': {
    readonly session: string;
    readonly reason: string;
    readonly exitStatus: number | null;
    readonly exitSignal: string | null;
  };
  /** The tracks are complete: track name → { head: final chain hash, frames, bytes: file length }. */
  'recording.sealed': { readonly session: string; readonly tracks: Json };
  /** The tracks were found without an end after a crash: same shape, as far as whole frames reach. */
  'recording.recovered': { readonly session: string; readonly tracks: Json };
  /** Somebody ended a live session by hand; it comes before `session.ended`. `reason` is in their own words. */
  'session.cut': { readonly session: string; readonly reason: string };
  /**
   * Files of a session. `n` is the number of the request in the recording's files track, which says more; a closing
   * names the `n` of its open. `code`: what SFTP answered, 0 is success; null where the session ended before.
   */
  'file.opened': {
    readonly session: string;
    readonly n: number;
    readonly path: FilePath;
    readonly flags: readonly string[];
    readonly code: number | null;
  };
  /** Bytes that moved, and the SHA-256 of `bytes` bytes from `from`: `hashed` says how it was taken. */
  'file.closed': {
    readonly session: string;
    readonly n: number;
    readonly path: FilePath;
    /** False: the session ended before the client closed it. */
    readonly complete: boolean;
    readonly read: number;
    readonly written: number;
    readonly size: number | null;
    readonly hashed: 'in-flight' | 'read-back' | 'partial' | 'none';
    readonly sha256: string | null;
    readonly from: number;
    readonly bytes: number;
    readonly why: string | null;
  };
  /** Renamed, removed, made, linked, copied, or given other attributes: `op` says which. */
  'file.changed': {
    readonly session: string;
    readonly n: number;
    readonly op: string;
    readonly path: FilePath;
    readonly to?: FilePath;
    readonly code: number | null;
  };
  /** Never reached the target. */
  'file.refused': {
    readonly session: string;
    readonly n: number;
    readonly op: string;
    readonly path?: FilePath;
    readonly to?: FilePath;
    readonly code: number;
    readonly why: string;
  };
  'host-key.mismatch': {
    readonly session: string;
    readonly target: string;
    readonly expected: string;
    readonly got: string;
  };
  /**
   * Written before anything is erased, once for each session; what is left of the recording. Track name → { head, frames,
   * bytes, complete, tail, sha256 }, the last of the whole file; null for one that was never created.
   */
  'recording.destroyed': {
    readonly session: string;
    readonly request: string;
    readonly asked: string;
    readonly approved: string;
    readonly reason: string;
    readonly tracks: Json;
  };
}
