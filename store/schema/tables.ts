// Every table's shape as the code sees it. Times are milliseconds since 1970 (integer columns), ids are text,
// structured values are JSON text. Write-once columns have `never` as their update type.

import type { ColumnType } from 'kysely';
import type { ChannelKind } from '../core/channel-terms.ts';
import type { EndReason } from '../core/end-reason.ts';
import type {
  AccountId,
  CustodianId,
  DeputyId,
  ExtensionId,
  FormId,
  FreezeId,
  HoldId,
  InvitationId,
  ManifestId,
  NoticeId,
  PublicKeyId,
  RecordRequestId,
  ReportId,
  SessionId,
  TargetAccountId,
  TargetGroupId,
  TargetId,
  TicketId,
  UnsealingId,
  UserCaKeyId,
} from '../core/ids.ts';

/** Set when the row is written, never changed. */
type Once<T> = ColumnType<T, T, never>;

export type Role = 'admin' | 'operator' | 'auditor' | 'head' | 'section';
export type AccountState = 'invited' | 'active' | 'departed';
export type TicketState =
  | 'draft'
  | 'submitted'
  | 'filed'
  | 'approved'
  | 'refused'
  | 'withdrawn'
  | 'revoked'
  | 'reported'
  | 'closed';

export interface AccountTable {
  id: Once<AccountId>;
  /** The name typed at sign-in: lower case, unique for ever. */
  name: Once<string>;
  display_name: string;
  role: Once<Role>;
  /** The company an outside engineer works for; null for the centre's own people. */
  vendor: Once<string | null>;
  state: AccountState;
  /** PHC string of Argon2id; null until the invitation is accepted, and again after departure. */
  password_hash: string | null;
  /** Sealed by the vault. */
  totp_secret: string | null;
  /** The last TOTP time step that was accepted, on any door. */
  totp_step: number;
  created_at: Once<number>;
  departed_at: number | null;
  version: number;
}

export interface InvitationTable {
  id: Once<InvitationId>;
  account_id: Once<AccountId>;
  /** SHA-256 of the token, hex; the token itself is shown once. */
  token_hash: Once<string>;
  /** Sealed by the vault: the TOTP secret offered while the invitation is open. */
  totp_secret: Once<string>;
  created_at: Once<number>;
  expires_at: Once<number>;
  used_at: number | null;
}

export interface PublicKeyTable {
  id: Once<PublicKeyId>;
  account_id: Once<AccountId>;
  algorithm: Once<string>;
  /** Base64 of the SSH wire blob. */
  blob: Once<string>;
  /** `SHA256:…` as OpenSSH prints it; unique, one key ↔ one account. */
  fingerprint: Once<string>;
  comment: Once<string>;
  created_at: Once<number>;
}

export interface BrowserSessionTable {
  /** SHA-256 of the cookie's token, hex. */
  token_hash: Once<string>;
  account_id: Once<AccountId>;
  source: Once<string>;
  /** JSON array: what was proved at sign-in. */
  factors: Once<string>;
  created_at: Once<number>;
  last_seen_at: number;
  expires_at: Once<number>;
}

export interface LoginThrottleTable {
  /** `pair:<name> <source>`, `name:<name>` or `source:<address>`: kept for names that do not exist, too. */
  key: Once<string>;
  failures: number;
  last_failure_at: number;
  locked_until: number;
}

export interface TargetTable {
  id: Once<TargetId>;
  name: Once<string>;
  host: string;
  port: number;
  /** Pinned: one line `algorithm base64`. */
  host_key: string;
  /** Null: in no group. */
  group_id: TargetGroupId | null;
  created_at: Once<number>;
  retired_at: number | null;
  version: number;
}

export interface TargetAccountTable {
  id: Once<TargetAccountId>;
  target_id: Once<TargetId>;
  login: Once<string>;
  credential_kind: 'password' | 'private-key' | 'certificate';
  /** Sealed by the vault; null where each opening gets a certificate. */
  credential: string | null;
  created_at: Once<number>;
  retired_at: number | null;
}

export type UserCaKeyState = 'prepared' | 'signing' | 'outgoing' | 'retired';

/** Keys that sign certificates for target accounts. */
export interface UserCaKeyTable {
  id: Once<UserCaKeyId>;
  /** Base64 of the wire form of an Ed25519 key. */
  public_key: Once<string>;
  /** Sealed by the vault; null once it signs no more. */
  private_key: string | null;
  state: UserCaKeyState;
  made_at: Once<number>;
}

export interface TicketTable {
  id: Once<TicketId>;
  /** What people call it: BG-YYYYMMDD-NN. */
  number: Once<string>;
  requester_id: Once<AccountId>;
  state: TicketState;
  purpose: string;
  plan: string;
  window_start: number;
  window_end: number;
  /** JSON array of IP addresses or CIDR blocks. */
  sources: string;
  /** SHA-256, hex, of the canonical JSON of what is asked for; an approval is bound to it. */
  content_hash: string;
  /** JSON: { windows, terms }; null for one window and nothing more said. */
  terms: string | null;
  /** Counts up whenever it is changed after it was submitted. */
  edition: number;
  needs_filing: 0 | 1;
  needs_approvals: 1 | 2;
  is_emergency: 0 | 1;
  /** JSON: what the approvals have left of it; null where they took nothing away. */
  narrowing: string | null;
  approver_id: AccountId | null;
  decided_at: number | null;
  /** Why it was refused, revoked or withdrawn. */
  decision_reason: string | null;
  submitted_at: number | null;
  closed_at: number | null;
  completion_report: string | null;
  reported_at: number | null;
  outcome: 'done' | 'partly' | 'rolled-back' | null;
  config_updated: 0 | 1 | null;
  acceptor_id: AccountId | null;
  accepted_at: number | null;
  created_at: Once<number>;
  version: number;
}

/** One agreed channel of a ticket: as which target account, which kind. */
export interface TicketChannelTable {
  ticket_id: Once<TicketId>;
  target_account_id: Once<TargetAccountId>;
  kind: Once<ChannelKind>;
  /** JSON: FileTerms of an `sftp` channel, an array of Destination of a `forward` channel; null for the others. */
  terms: Once<string | null>;
}

/** Who comes along: an index of what the ticket's terms say. */
export interface TicketCompanionTable {
  ticket_id: Once<TicketId>;
  account_id: Once<AccountId>;
}

export type ExtensionState = 'asked' | 'granted' | 'refused' | 'withdrawn';

/** More time for one window of a ticket. One whose window is over is computed, never stored. */
export interface TicketExtensionTable {
  id: Once<ExtensionId>;
  ticket_id: Once<TicketId>;
  /** Counted from nought. */
  window_number: Once<number>;
  /** When the window ended as it was asked. */
  from_end: Once<number>;
  until: Once<number>;
  asker_id: Once<AccountId>;
  reason: Once<string>;
  state: ExtensionState;
  decider_id: AccountId | null;
  decided_at: number | null;
  /** Why it was refused. */
  decision_reason: string | null;
  asked_at: Once<number>;
  version: number;
}

/** Every change of state that happened; the foreign key to `ticket_arc` makes an illegal one impossible. */
export interface TicketTransitionTable {
  ticket_id: Once<TicketId>;
  version: Once<number>;
  from_state: Once<TicketState>;
  to_state: Once<TicketState>;
  at: Once<number>;
}

export interface TicketArcTable {
  from_state: Once<TicketState>;
  to_state: Once<TicketState>;
  /** 0: of tickets of before. */
  legal: Once<0 | 1>;
}

/** Who filed or approved which edition; each person once. */
export interface TicketDecisionTable {
  ticket_id: Once<TicketId>;
  edition: Once<number>;
  account_id: Once<AccountId>;
  step: Once<'file' | 'approve'>;
  at: Once<number>;
  deputy_for: Once<AccountId | null>;
}

/** What was submitted, each time. */
export interface TicketEditionTable {
  ticket_id: Once<TicketId>;
  edition: Once<number>;
  submitted_at: Once<number>;
  content_hash: Once<string>;
  /** Canonical JSON: what `content_hash` is of. */
  content: Once<string>;
}

/** A ticket that somebody is still writing: theirs alone, and no ticket yet. */
export interface TicketFormTable {
  id: Once<FormId>;
  account_id: Once<AccountId>;
  /** JSON, as the page keeps it. */
  body: string;
  created_at: Once<number>;
  updated_at: number;
}

/** Somebody who stands in for a head, from `starts_at` until `ends_at`, which does not belong to it. */
export interface DeputyTable {
  id: Once<DeputyId>;
  head_id: Once<AccountId>;
  deputy_id: Once<AccountId>;
  starts_at: Once<number>;
  ends_at: Once<number>;
  reason: Once<string>;
  appointed_at: Once<number>;
  ended_at: number | null;
}

/** Targets whose tickets go the same way. */
export interface TargetGroupTable {
  id: Once<TargetGroupId>;
  name: string;
  needs_filing: 0 | 1;
  needs_approvals: 1 | 2;
  version: number;
}

/** A span in which nothing opens but emergencies. */
export interface FreezeTable {
  id: Once<FreezeId>;
  starts_at: Once<number>;
  ends_at: Once<number>;
  reason: Once<string>;
  placer_id: Once<AccountId>;
  placed_at: Once<number>;
  lifter_id: AccountId | null;
  lifted_at: number | null;
}

/** What was opened by two people in an emergency, for a head to look at afterwards. */
export interface EmergencyReviewTable {
  ticket_id: Once<TicketId>;
  due_at: Once<number>;
  /** When it was said that nobody has. */
  said_at: number | null;
  reviewer_id: AccountId | null;
  reviewed_at: number | null;
  verdict: 'justified' | 'not-justified' | null;
  note: string | null;
}

/** How many tickets a day has had, for their numbers. */
export interface TicketDayTable {
  /** YYYYMMDD in the centre's time zone. */
  day: Once<string>;
  last: number;
}

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
/** Something to tell; null is for groups and programs instead of one person. */
export interface NoticeTable {
  id: Once<NoticeId>;
  kind: Once<string>;
  at: Once<number>;
  recipient_id: Once<AccountId | null>;
  ticket_id: Once<TicketId | null>;
}

export interface NoticeDeliveryTable {
  notice_id: Once<NoticeId>;
  medium: Once<'email' | 'webhook' | 'wecom' | 'dingtalk'>;
  tries: number;
  /** Null once it was taken or given up. */
  next_at: number | null;
  sent_at: number | null;
  problem: string | null;
}

export interface NoticePreferenceTable {
  account_id: Once<AccountId>;
  email: string | null;
  language: 'zh' | 'en';
  /** JSON array of kinds. */
  off: string;
}

/** Tickets of which it was said that they are over and not closed. */
export interface TicketUnclosedTable {
  ticket_id: Once<TicketId>;
  said_at: Once<number>;
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

/** The evidence log's leaves, in order. The index is the leaf index of the Merkle tree. */
export interface EvidenceTable {
  leaf_index: Once<number>;
  /** Canonical JSON. */
  leaf: Once<string>;
}

/** One row: how long the log is and the tree's right edge, so that a restart hashes nothing again. */
export interface EvidenceHeadTable {
  id: Once<1>;
  size: number;
  /** JSON array of hex hashes: the roots of the perfect subtrees, largest first. */
  edge: string;
  /** How many leaves the published files and the last signed checkpoint cover. */
  published: number;
}

export interface Tables {
  account: AccountTable;
  invitation: InvitationTable;
  public_key: PublicKeyTable;
  browser_session: BrowserSessionTable;
  login_throttle: LoginThrottleTable;
  target: TargetTable;
  target_account: TargetAccountTable;
  user_ca_key: UserCaKeyTable;
  ticket: TicketTable;
  ticket_channel: TicketChannelTable;
  ticket_companion: TicketCompanionTable;
  ticket_extension: TicketExtensionTable;
  ticket_transition: TicketTransitionTable;
  ticket_arc: TicketArcTable;
  ticket_day: TicketDayTable;
  ticket_decision: TicketDecisionTable;
  ticket_edition: TicketEditionTable;
  ticket_form: TicketFormTable;
  deputy: DeputyTable;
  target_group: TargetGroupTable;
  freeze_span: FreezeTable;
  emergency_review: EmergencyReviewTable;
  session: SessionTable;
  custodian: CustodianTable;
  unsealing: UnsealingTable;
  unsealing_share: UnsealingShareTable;
  record_request: RecordRequestTable;
  record_request_about: RecordRequestAboutTable;
  record_hold: RecordHoldTable;
  session_destruction: SessionDestructionTable;
  disk_watch: DiskWatchTable;
  notice: NoticeTable;
  notice_delivery: NoticeDeliveryTable;
  notice_preference: NoticePreferenceTable;
  ticket_unclosed: TicketUnclosedTable;
  original_manifest: OriginalManifestTable;
  original_item: OriginalItemTable;
  change_report: ChangeReportTable;
  search_session: SearchSessionTable;
  search_document: SearchDocumentTable;
  search_segment: SearchSegmentTable;
  search_bucket: SearchBucketTable;
  evidence: EvidenceTable;
  evidence_head: EvidenceHeadTable;
}
