// The states of a ticket. Pure and total: the next progress, or the refusal that says why not. `ARCS` is the whole of it
// in one table; the database holds the same, and tests hold machine, database and README against it.

import type { AccountId } from '../../store/core/ids.ts';
import { Refusal } from '../../store/core/refusal.ts';
import { unreachable } from '../../store/core/unreachable.ts';
import type { TicketState } from '../../store/schema/states.ts';
import {
  decidesTwice,
  filingFirst,
  notFiled,
  oneHeadTwice,
  selfApproval,
  ticketContentChanged,
  ticketNotPossible,
  ticketWindowOver,
} from './machine-refusals.ts';
import type { Narrowing } from './narrowing.ts';
import { begin, type Decision, hasDecided, hasSpoken, isEnough } from './passage.ts';
import type { Route } from './route.ts';
import type { Approved, CompletionReport, Ticket, TicketProgress } from './ticket.ts';

/** Who decides, and in whose place. */
interface Decider {
  readonly by: AccountId;
  readonly deputyFor: AccountId | null;
}

export type TicketCommand =
  /** What is asked for was written anew. */
  | { readonly type: 'revise' }
  | { readonly type: 'submit'; readonly route: Route }
  | { readonly type: 'file'; readonly by: AccountId }
  /** `read`: hash of what was shown; `shown`: of what would be shown now. `lastEnd`: when what is left of it ends. */
  | (Decider & {
      readonly type: 'approve';
      readonly read: string;
      readonly shown: string;
      readonly narrowing: Narrowing | null;
      readonly lastEnd: number;
    })
  | (Decider & { readonly type: 'refuse'; readonly reason: string })
  | { readonly type: 'withdraw'; readonly reason: string | null }
  | { readonly type: 'revoke'; readonly reason: string }
  | { readonly type: 'report'; readonly report: Omit<CompletionReport, 'at'> }
  | { readonly type: 'accept'; readonly by: AccountId }
  | { readonly type: 'send-back'; readonly reason: string };

/** From each state, by which command, to which. Everything else is refused. */
export const ARCS: {
  readonly [S in TicketState]: { readonly [C in TicketCommand['type']]?: readonly TicketState[] };
} = {
  draft: { revise: ['draft'], submit: ['submitted'], withdraw: ['withdrawn'] },
  submitted: {
    file: ['filed'],
    approve: ['submitted', 'approved'],
    refuse: ['refused'],
    revise: ['draft'],
    withdraw: ['withdrawn'],
  },
  filed: { approve: ['filed', 'approved'], refuse: ['refused'], revise: ['draft'], withdraw: ['withdrawn'] },
  approved: { report: ['reported'], revoke: ['revoked'], withdraw: ['withdrawn'] },
  reported: { accept: ['closed'], 'send-back': ['approved'] },
  refused: { revise: ['draft'] },
  withdrawn: {},
  revoked: {},
  closed: {},
};

type Asked = Pick<Ticket, 'requester' | 'progress'> & { readonly content: Pick<Ticket['content'], 'windowEnd'> };
type At<S extends TicketState> = Extract<TicketProgress, { state: S }>;
type Outcome = TicketProgress | Refusal;

export function next(ticket: Asked, command: TicketCommand, now: number): Outcome {
  const { progress } = ticket;
  if (ARCS[progress.state][command.type] === undefined) return ticketNotPossible({ state: progress.state });
  switch (progress.state) {
    case 'draft':
      return fromDraft(ticket, command, now);
    case 'submitted':
    case 'filed':
      return fromWaiting(ticket, progress, command, now);
    case 'approved':
      return fromApproved(progress, command, now);
    case 'reported':
      return fromReported(progress, command, now);
    case 'refused':
      return { state: 'draft' };
    case 'withdrawn':
    case 'revoked':
    case 'closed':
      return ticketNotPossible({ state: progress.state });
    default:
      return unreachable(progress);
  }
}

/** The same, throwing the refusal. */
export function advance(ticket: Ticket, command: TicketCommand, now: number): TicketProgress {
  const progress = next(ticket, command, now);
  if (progress instanceof Refusal) throw progress;
  return progress;
}

function fromDraft({ content }: Asked, command: TicketCommand, now: number): Outcome {
  switch (command.type) {
    case 'revise':
      return { state: 'draft' };
    case 'submit':
      if (now >= content.windowEnd) return ticketWindowOver();
      return { state: 'submitted', submittedAt: now, passage: begin(command.route) };
    case 'withdraw':
      return {
        state: 'withdrawn',
        submittedAt: null,
        passage: null,
        approval: null,
        closedAt: now,
        reason: command.reason,
      };
    default:
      return ticketNotPossible({ state: 'draft' });
  }
}

function fromWaiting(ticket: Asked, progress: At<'submitted'> | At<'filed'>, command: TicketCommand, now: number) {
  const { submittedAt, passage } = progress;
  switch (command.type) {
    case 'revise':
      return { state: 'draft' as const };
    case 'file': {
      if (!passage.route.filing) return notFiled();
      if (command.by === ticket.requester) return selfApproval();
      const filing = { by: command.by, at: now, deputyFor: null };
      return { state: 'filed' as const, submittedAt, passage: { ...passage, filing } };
    }
    case 'approve':
      return approve(ticket, progress, command, now);
    case 'refuse':
      if (command.by === ticket.requester) return selfApproval();
      return {
        state: 'refused' as const,
        submittedAt,
        passage,
        refusal: decision(command, now),
        reason: command.reason,
      };
    case 'withdraw':
      return {
        state: 'withdrawn' as const,
        submittedAt,
        passage,
        approval: null,
        closedAt: now,
        reason: command.reason,
      };
    default:
      return ticketNotPossible({ state: progress.state });
  }
}

function approve(
  ticket: Asked,
  { state, submittedAt, passage: before }: At<'submitted'> | At<'filed'>,
  command: Extract<TicketCommand, { type: 'approve' }>,
  now: number,
): Outcome {
  if (command.by === ticket.requester) return selfApproval();
  if (before.route.filing && before.filing === null) return filingFirst();
  if (hasDecided(before, command.by)) return decidesTwice();
  // In an emergency it is two people that count, whoever's place they are in.
  if (!before.route.emergency && hasSpoken(before, command)) return oneHeadTwice();
  if (command.read !== command.shown) return ticketContentChanged();
  if (now >= command.lastEnd) return ticketWindowOver();
  const approval = decision(command, now);
  const narrowing = command.narrowing ?? before.narrowing;
  const passage = { ...before, given: [...before.given, approval], narrowing };
  if (!isEnough(passage)) return { state, submittedAt, passage };
  return { state: 'approved', submittedAt, passage, approval, sentBack: null };
}

function fromApproved(progress: At<'approved'>, command: TicketCommand, now: number): Outcome {
  const approved = approvedPart(progress);
  switch (command.type) {
    case 'withdraw':
      return { state: 'withdrawn', ...approved, closedAt: now, reason: command.reason };
    case 'revoke':
      return { state: 'revoked', ...approved, closedAt: now, reason: command.reason };
    case 'report':
      return { state: 'reported', ...approved, report: { ...command.report, at: now } };
    default:
      return ticketNotPossible({ state: 'approved' });
  }
}

function fromReported(progress: At<'reported'>, command: TicketCommand, now: number): Outcome {
  const approved = approvedPart(progress);
  switch (command.type) {
    case 'accept': {
      const acceptance = { by: command.by, at: now, deputyFor: null };
      return { state: 'closed', ...approved, report: progress.report, acceptance, closedAt: now };
    }
    case 'send-back':
      return { state: 'approved', ...approved, sentBack: command.reason };
    default:
      return ticketNotPossible({ state: 'reported' });
  }
}

function approvedPart({ submittedAt, passage, approval }: Approved): Approved {
  return { submittedAt, passage, approval };
}

function decision({ by, deputyFor }: Decider, at: number): Decision {
  return { by, at, deputyFor };
}
