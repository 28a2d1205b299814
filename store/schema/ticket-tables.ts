// Tables of targets and of tickets for them: what is asked, how far it has come, who decided and in whose place, and what
// holds of the calendar.

import type { ChannelKind } from '../core/channel-terms.ts';
import type {
  AccountId,
  DeputyId,
  ExtensionId,
  FormId,
  FreezeId,
  TargetAccountId,
  TargetGroupId,
  TargetId,
  TicketId,
  UserCaKeyId,
} from '../core/ids.ts';
import type { Once } from './once.ts';
import type { TicketState } from './states.ts';

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

/** Tickets of which it was said that they are over and not closed. */
export interface TicketUnclosedTable {
  ticket_id: Once<TicketId>;
  said_at: Once<number>;
}

/** How many tickets a day has had, for their numbers. */
export interface TicketDayTable {
  /** YYYYMMDD in the centre's time zone. */
  day: Once<string>;
  last: number;
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
