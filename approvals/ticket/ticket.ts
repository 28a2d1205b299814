// A change ticket: what is asked for, and how far it has come. What is asked for never changes after its creation;
// an approval is bound to its hash.

import type { Person } from '../../identity/people/account.ts';
import type { ChannelKind, Destination, FileTerms } from '../../store/core/channel-terms.ts';
import type { AccountId, TargetAccountId, TicketId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { TicketState } from '../../store/schema/tables.ts';
import type { FileTermsBody } from './file-terms.ts';
import type { DeclaredChange, TermsBody, TicketTerms } from './terms.ts';
import type { Window } from './windows.ts';

/** One agreed target account, with where it is as it stood when the ticket was written. */
export interface AgreedChannel {
  readonly targetAccountId: TargetAccountId;
  readonly kinds: readonly ChannelKind[];
  /** Present exactly when the kind `sftp` is agreed. */
  readonly files: FileTerms | null;
  /** Present exactly when the kind `forward` is agreed. */
  readonly destinations: readonly Destination[] | null;
}

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

/** Data only where it is valid. */
export type TicketProgress =
  | { readonly state: 'draft' }
  | { readonly state: 'submitted'; readonly submittedAt: number }
  | { readonly state: 'approved'; readonly submittedAt: number; readonly approval: Decision }
  | { readonly state: 'refused'; readonly submittedAt: number; readonly refusal: Decision; readonly reason: string }
  | {
      readonly state: 'withdrawn';
      readonly submittedAt: number | null;
      readonly approval: Decision | null;
      readonly closedAt: number;
      readonly reason: string | null;
    }
  | {
      readonly state: 'revoked';
      readonly submittedAt: number;
      readonly approval: Decision;
      readonly closedAt: number;
      readonly reason: string;
    }
  | {
      readonly state: 'closed';
      readonly submittedAt: number;
      readonly approval: Decision;
      readonly closedAt: number;
      readonly report: string;
    };

export interface Decision {
  readonly by: AccountId;
  readonly at: number;
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

/** A ticket as people see it. */
export interface TicketView {
  readonly id: TicketId;
  readonly number: string;
  readonly state: TicketState;
  readonly window: 'before' | 'inside' | 'after';
  readonly requester: Person;
  readonly purpose: string;
  readonly plan: string;
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly windows: readonly Window[];
  readonly sources: readonly string[];
  readonly terms: Omit<TicketTerms, 'companions'> & { readonly companions: readonly Person[] };
  /** What holds after the approval and every extension. */
  readonly inForce: InForce;
  readonly channels: readonly {
    readonly targetAccountId: TargetAccountId;
    readonly target: string;
    readonly login: string;
    readonly kinds: readonly ChannelKind[];
    readonly files: FileTerms | null;
    readonly destinations: readonly Destination[] | null;
  }[];
  readonly contentHash: string;
  /** Who approved or refused it. */
  readonly approver: Person | null;
  readonly decidedAt: number | null;
  /** Why it was refused, revoked or withdrawn. */
  readonly decisionReason: string | null;
  readonly submittedAt: number | null;
  /** When it was closed, revoked or withdrawn. */
  readonly closedAt: number | null;
  readonly completionReport: string | null;
  readonly createdAt: number;
  readonly liveSessions: number;
  readonly sessions: number;
  /** How many earlier tickets of the same requester went through to closing. */
  readonly closedBefore: number;
  /** Names of targets that no earlier closed ticket of this requester had. */
  readonly newTargets: readonly string[];
  /** User names for `ssh`, `account+login+target`, that work while the channel is open; empty for everybody else. */
  readonly connectionNames: readonly string[];
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
