import type { ChannelKind, Destination } from '../../store/core/channel-terms.ts';
import type { AccountId, TicketId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { TicketState } from '../../store/schema/states.ts';
import type { AgreedChannel } from './agreed-channel.ts';
import type { FileTermsBody } from './file-terms.ts';
import type { Decision, Passage } from './passage.ts';
import type { DeclaredChange, TermsBody, TicketTerms } from './terms.ts';
import type { Window } from './windows.ts';

export interface TicketContent {
  readonly purpose: string;
  readonly plan: string;
  /** Where the first window starts and the last one ends. */
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly windows: readonly Window[];
  /** Canonical IP addresses and CIDR blocks. */
  readonly sources: readonly string[];
  readonly channels: readonly AgreedChannel[];
  readonly terms: TicketTerms;
}

/** The window with this number, counted from nought, lasts until then. */
export interface Extension {
  readonly window: number;
  readonly until: number;
  readonly by: AccountId;
  readonly at: number;
}

export const OUTCOMES = ['done', 'partly', 'rolled-back'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the requester says has been done. */
export interface CompletionReport {
  readonly outcome: Outcome;
  readonly notes: string;
  /** The library of configurations was brought up to date. */
  readonly configUpdated: boolean;
  readonly at: number;
}

/** Data only where it is valid. */
export type TicketProgress =
  | { readonly state: 'draft' }
  | { readonly state: 'submitted'; readonly submittedAt: number; readonly passage: Passage }
  | { readonly state: 'filed'; readonly submittedAt: number; readonly passage: Passage }
  /** `sentBack`: why the report was not accepted, where there was one. */
  | ({ readonly state: 'approved'; readonly sentBack: string | null } & Approved)
  | {
      readonly state: 'refused';
      readonly submittedAt: number;
      readonly passage: Passage;
      readonly refusal: Decision;
      readonly reason: string;
    }
  | {
      readonly state: 'withdrawn';
      readonly submittedAt: number | null;
      readonly passage: Passage | null;
      readonly approval: Decision | null;
      readonly closedAt: number;
      readonly reason: string | null;
    }
  | ({ readonly state: 'revoked'; readonly closedAt: number; readonly reason: string } & Approved)
  | ({ readonly state: 'reported'; readonly report: CompletionReport } & Approved)
  | ({
      readonly state: 'closed';
      readonly report: CompletionReport;
      /** Null: closed by its requester, before anybody had to accept that. */
      readonly acceptance: Decision | null;
      readonly closedAt: number;
    } & Approved);

export interface Approved {
  readonly submittedAt: number;
  readonly passage: Passage;
  /** The last one, with which it was approved. */
  readonly approval: Decision;
}

export interface Ticket {
  readonly id: TicketId;
  /** What people call it: BG-YYYYMMDD-NN. */
  readonly number: string;
  readonly requester: AccountId;
  readonly content: TicketContent;
  /** Hex SHA-256. */
  readonly contentHash: string;
  readonly progress: TicketProgress;
  /** Counts up whenever it is changed after it was submitted. */
  readonly edition: number;
  readonly extensions: readonly Extension[];
  readonly createdAt: number;
  readonly version: number;
}

/** What `inForce` says. */
export interface InForce {
  /** In order, apart from one another. */
  readonly windows: readonly Window[];
  readonly channels: readonly AgreedChannel[];
  readonly supervised: boolean;
  readonly changes: readonly DeclaredChange[];
  readonly finishRunning: boolean;
  /** Why the channel may open although the originals could not be copied; null where it may not. */
  readonly withoutBackup: string | null;
}

/** A ticket as somebody asks for it; attacker-controlled. */
export interface TicketBody {
  readonly purpose: string;
  readonly plan: string;
  readonly windowStart: number;
  readonly windowEnd: number;
  /** Where there are several; the two above are then the first start and the last end. */
  readonly windows?: readonly Window[];
  readonly sources: readonly string[];
  readonly channels: readonly ChannelBody[];
  readonly terms?: TermsBody;
}

export interface ChannelBody {
  readonly targetAccountId: string;
  readonly kinds: readonly ChannelKind[];
  /** With the kind `sftp`, and only with it. */
  readonly files?: FileTermsBody | null;
  /** With the kind `forward`, and only with it. */
  readonly destinations?: readonly Destination[] | null;
}

export interface TicketFilter {
  readonly state?: TicketState;
  /** Only approved tickets whose window contains now. */
  readonly open?: boolean;
}

export const ticketAbsent = defineRefusal('ticket.absent', 'absent', () => ({
  zh: '没有这张工单',
  en: 'there is no such ticket',
}));

export const ticketChanged = defineRefusal('ticket.changed', 'conflict', () => ({
  zh: '工单刚刚被更改，请刷新后再试',
  en: 'the ticket has just been changed; look again and retry',
}));
