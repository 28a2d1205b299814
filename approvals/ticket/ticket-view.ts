// A ticket as people see it: with names instead of ids, and what there is to say of it.

import type { Person } from '../../identity/people/account.ts';
import type { ChannelKind, Destination, FileTerms } from '../../store/core/channel-terms.ts';
import type { TargetAccountId, TicketId } from '../../store/core/ids.ts';
import type { TicketState } from '../../store/schema/states.ts';
import type { Verdict } from '../emergency/review.ts';
import type { Shown } from '../summary/shown.ts';
import type { Route } from './route.ts';
import type { TicketTerms } from './terms.ts';
import type { CompletionReport, InForce } from './ticket.ts';
import type { Window } from './windows.ts';

export interface DecidedBy {
  readonly by: Person;
  readonly at: number;
  readonly deputyFor: Person | null;
}

export interface EmergencyReviewView {
  readonly dueAt: number;
  readonly review: {
    readonly by: Person;
    readonly at: number;
    readonly verdict: Verdict;
    readonly note: string;
  } | null;
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
  readonly report: CompletionReport | null;
  readonly edition: number;
  readonly route: Route | null;
  readonly filed: DecidedBy | null;
  /** Who approved so far, in order. */
  readonly approvals: readonly DecidedBy[];
  readonly accepted: DecidedBy | null;
  /** What an approval is bound to, in words, and the hash of it; null before it is submitted, and in lists. */
  readonly shown: Shown | null;
  /** Where two people opened it in an emergency; null in lists. */
  readonly emergencyReview: EmergencyReviewView | null;
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
