// Tables of sessions and of what is kept of them: unsealing, requests, holds, destruction, originals, search.

import type { ChannelKind } from '../core/channel-terms.ts';
import type { EndReason } from '../core/end-reason.ts';
import type {
  AccountId,
  CustodianId,
  HoldId,
  ManifestId,
  RecordRequestId,
  ReportId,
  SessionId,
  TargetAccountId,
  TicketId,
  UnsealingId,
} from '../core/ids.ts';
import type { Once } from './once.ts';

export interface SessionTable {
  id: Once<SessionId>;
  ticket_id: Once<TicketId>;
  account_id: Once<AccountId>;
  target_account_id: Once<TargetAccountId>;
  kind: Once<ChannelKind>;
  via: Once<'ssh' | 'web'>;
  source: Once<string>;
  /** The command line of an exec session. */
  command: Once<string | null>;
  /** Where a forwarded connection went, `host:port` with an IPv6 address in brackets. */
  destination: Once<string | null>;
  started_at: Once<number>;
  ended_at: number | null;
  end_reason: EndReason | null;
  exit_status: number | null;
  exit_signal: string | null;
  /** Sealed recording: bytes as recorded, both ways, and the final chain hashes as JSON. */
  recorded_bytes: number | null;
  recording_heads: string | null;
}

/** Who holds a share of what was typed. An account has one at a time; what was once a recipient stays known. */
export interface CustodianTable {
  id: Once<CustodianId>;
  account_id: Once<AccountId>;
  /** age X25519 recipient, `age1…`. */
  recipient: Once<string>;
  appointed_at: Once<number>;
  removed_at: number | null;
}

/** One opening of what was typed in one session, for one person. */
export interface UnsealingTable {
  id: Once<UnsealingId>;
  session_id: Once<SessionId>;
  requester_id: Once<AccountId>;
  reason: Once<string>;
  asked_at: Once<number>;
  /** Not opened by then: void. */
  expires_at: Once<number>;
  opened_at: number | null;
  open_until: number | null;
  /** The data key under the records key while it is open; null where the records key opens the track anyway. */
  data_key: string | null;
}

/** A custodian's part in it. */
export interface UnsealingShareTable {
  unsealing_id: Once<UnsealingId>;
  requester_id: Once<AccountId>;
  account_id: Once<AccountId>;
  recipient: Once<string>;
  /** When the capsule was handed out. */
  released_at: Once<number>;
  received_at: number | null;
  /** Under the records key until the unsealing is open or void. */
  share: string | null;
}

export type RecordRequestKind = 'export' | 'destroy';

export type RecordRequestState = 'waiting' | 'approved' | 'refused' | 'withdrawn' | 'used';

/** What is asked of the records of one session and takes a second person. */
export interface RecordRequestTable {
  id: Once<RecordRequestId>;
  kind: Once<RecordRequestKind>;
  session_id: Once<SessionId>;
  /** Canonical JSON: what exactly is asked for, in the words of the kind. */
  terms: Once<string>;
  requester_id: Once<AccountId>;
  reason: Once<string>;
  state: RecordRequestState;
  decider_id: AccountId | null;
  decided_at: number | null;
  /** Why it was refused. */
  decision_reason: string | null;
  expires_at: number | null;
  /** When it was withdrawn or used. */
  ended_at: number | null;
  created_at: Once<number>;
  version: number;
}

/** The sessions of a request that may be about several. */
export interface RecordRequestAboutTable {
  request_id: Once<RecordRequestId>;
  session_id: Once<SessionId>;
}

/** What has to be kept, however old: one session, or all of one ticket. */
export interface RecordHoldTable {
  id: Once<HoldId>;
  session_id: Once<SessionId | null>;
  ticket_id: Once<TicketId | null>;
  reason: Once<string>;
  placer_id: Once<AccountId>;
  placed_at: Once<number>;
  lifter_id: AccountId | null;
  lifted_at: number | null;
  lift_reason: string | null;
}

/** A recording that has been destroyed, by the log; `erased_at` once nothing of it is left. */
export interface SessionDestructionTable {
  session_id: Once<SessionId>;
  request_id: Once<RecordRequestId>;
  destroyed_at: Once<number>;
  erased_at: number | null;
}

/** One row: whether the log has been told that disk space runs out. */
export interface DiskWatchTable {
  id: Once<1>;
  warned: 0 | 1;
}

/**
 * What was found at one time on one target account for one ticket: `opening` before a session opened, `touched` before
 * each change over sftp, `closing` when it was read again.
 */
export interface OriginalManifestTable {
  id: Once<ManifestId>;
  ticket_id: Once<TicketId>;
  target_account_id: Once<TargetAccountId>;
  /** The session that it was made in, or the reading. */
  session_id: Once<SessionId>;
  purpose: Once<'opening' | 'touched' | 'closing'>;
  /** The start of the window, of an opening. */
  window_start: Once<number | null>;
  /** JSON array of the declared paths. */
  declared: Once<string>;
  at: Once<number>;
  /** Whether everything was read; of `touched`, it is. */
  complete: Once<0 | 1>;
  /** Why not. */
  why: Once<string | null>;
  /** SHA-256, hex, of the items; null of `touched`, which grows. */
  sha256: Once<string | null>;
}

export interface OriginalItemTable {
  manifest_id: Once<ManifestId>;
  n: Once<number>;
  /** JSON: text, or the base64 of what is no text. */
  path: Once<string>;
  type: Once<'file' | 'folder' | 'link' | 'special' | 'absent' | 'unread'>;
  mode: Once<number | null>;
  size: Once<number | null>;
  /** Seconds since 1970. */
  modified: Once<number | null>;
  /** Of the content, hex. */
  sha256: Once<string | null>;
  /** JSON, as the path. */
  link: Once<string | null>;
  /** What was about to be done. */
  op: Once<string | null>;
  why: Once<string | null>;
}

/** How what a ticket changed differs from what was there before. */
export interface ChangeReportTable {
  id: Once<ReportId>;
  ticket_id: Once<TicketId>;
  at: Once<number>;
  /** Canonical JSON. */
  report: Once<string>;
  /** Of that text, hex. */
  sha256: Once<string>;
}

/** Sessions whose recording is in the search index, as far as it is. */
export interface SearchSessionTable {
  session_id: Once<SessionId>;
  documents: Once<number>;
  /** 0 where only its beginning could be taken, or none of it be read. */
  whole: Once<0 | 1>;
  indexed_at: Once<number>;
}

export interface SearchDocumentTable {
  /** Ascending in the order of indexing. */
  number: Once<number>;
  session_id: Once<SessionId>;
  /** Sealed. */
  text: Once<Buffer>;
}

export interface SearchSegmentTable {
  id: Once<number>;
  /** 0 while its buckets are being written. */
  ready: 0 | 1;
  /** The lowest number of its documents. */
  first: Once<number>;
  bits: Once<number>;
  bytes: Once<number>;
}

export interface SearchBucketTable {
  /** Segment × 4096 + prefix of its tokens. */
  key: Once<number>;
  entries: Buffer;
}
