// Between a ticket's row and a ticket: data only where it is valid, a fault where a row is incomplete.

import type { Selectable } from 'kysely';
import type { Destination, FileTerms } from '../../store/core/channel-terms.ts';
import type { TicketChannelTable, TicketDecisionTable, TicketTable } from '../../store/schema/ticket-tables.ts';
import type { AgreedChannel } from './agreed-channel.ts';
import { hasTerms } from './content.ts';
import type { Narrowing } from './narrowing.ts';
import type { Decision, Passage } from './passage.ts';
import { PLAIN_TERMS } from './terms.ts';
import type { CompletionReport, Ticket, TicketContent, TicketProgress } from './ticket.ts';

export function progressColumns(progress: TicketProgress) {
  const decision = 'refusal' in progress ? progress.refusal : 'approval' in progress ? progress.approval : null;
  const passage = passageOf(progress);
  const report = 'report' in progress ? progress.report : null;
  const acceptance = 'acceptance' in progress ? progress.acceptance : null;
  return {
    state: progress.state,
    needs_filing: flag(passage?.route.filing ?? false),
    needs_approvals: passage?.route.approvals ?? 1,
    is_emergency: flag(passage?.route.emergency ?? false),
    narrowing: passage?.narrowing ? JSON.stringify(passage.narrowing) : null,
    approver_id: decision?.by ?? null,
    decided_at: decision?.at ?? null,
    decision_reason: reasonOf(progress),
    submitted_at: 'submittedAt' in progress ? progress.submittedAt : null,
    closed_at: 'closedAt' in progress ? progress.closedAt : null,
    completion_report: report?.notes ?? null,
    reported_at: report?.at ?? null,
    outcome: report?.outcome ?? null,
    config_updated: report === null ? null : flag(report.configUpdated),
    acceptor_id: acceptance?.by ?? null,
    accepted_at: acceptance?.at ?? null,
  };
}

function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}

function reasonOf(progress: TicketProgress): string | null {
  if (progress.state === 'approved') return progress.sentBack;
  return 'reason' in progress ? progress.reason : null;
}

export function passageOf(progress: TicketProgress): Passage | null {
  return 'passage' in progress ? progress.passage : null;
}

export function ticketOf(
  row: Selectable<TicketTable>,
  channels: readonly AgreedChannel[],
  decisions: readonly Selectable<TicketDecisionTable>[],
  extensions: Ticket['extensions'],
): Ticket {
  const { purpose, plan, window_start: windowStart, window_end: windowEnd } = row;
  const more = termsOf(row);
  return {
    id: row.id,
    number: row.number,
    requester: row.requester_id,
    content: { purpose, plan, windowStart, windowEnd, sources: parseSources(row.sources), channels, ...more },
    contentHash: row.content_hash,
    progress: progressOf(row, decisions),
    edition: row.edition,
    extensions,
    createdAt: row.created_at,
    version: row.version,
  };
}

type Terms = Pick<TicketContent, 'windows' | 'terms'>;

/** What a ticket says beyond the columns; null where it says nothing. */
export function termsColumn(content: TicketContent): string | null {
  const { windows, terms } = content;
  return hasTerms(content) ? JSON.stringify({ windows, terms }) : null;
}

function termsOf({ terms, window_start: start, window_end: end }: Selectable<TicketTable>): Terms {
  if (terms === null) return { windows: [{ start, end }], terms: PLAIN_TERMS };
  // Written by `termsColumn` alone; what somebody wrote there otherwise no longer fits the approved hash.
  return JSON.parse(terms) as Terms;
}

/** One row for each kind that is agreed, with the kind's terms. */
export function channelRows({ id, content }: Pick<Ticket, 'id' | 'content'>): Selectable<TicketChannelTable>[] {
  return content.channels.flatMap(({ targetAccountId, kinds, files, destinations }) =>
    kinds.map((kind) => {
      const terms = kind === 'sftp' ? files : kind === 'forward' ? destinations : null;
      return { ticket_id: id, target_account_id: targetAccountId, kind, terms: terms && JSON.stringify(terms) };
    }),
  );
}

/** The channels with one more row; rows come in the order of target account and kind. */
export function withRow(
  channels: readonly AgreedChannel[],
  { target_account_id: targetAccountId, kind, terms }: Selectable<TicketChannelTable>,
): AgreedChannel[] {
  const last = channels.at(-1);
  const same = last?.targetAccountId === targetAccountId ? last : undefined;
  const before = same ?? { targetAccountId, kinds: [], files: null, destinations: null };
  // Written by `channelRows` alone; what somebody wrote there otherwise no longer fits the approved hash.
  const channel = {
    ...before,
    kinds: [...before.kinds, kind],
    ...(kind === 'sftp' && { files: JSON.parse(present(terms)) as FileTerms }),
    ...(kind === 'forward' && { destinations: JSON.parse(present(terms)) as readonly Destination[] }),
  };
  return [...(same === undefined ? channels : channels.slice(0, -1)), channel];
}

function parseSources(text: string): string[] {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value)) throw new Error('expected the sources of a ticket as a JSON array');
  return value.map(String);
}

function progressOf(
  row: Selectable<TicketTable>,
  decisions: readonly Selectable<TicketDecisionTable>[],
): TicketProgress {
  if (row.state === 'draft') return { state: 'draft' };
  const passage = passageIn(row, decisions);
  if (row.state === 'withdrawn') {
    const { submitted_at: submittedAt, decision_reason: reason } = row;
    const past = { submittedAt, passage: submittedAt === null ? null : passage, approval: approvalOf(row, passage) };
    return { state: 'withdrawn', ...past, closedAt: present(row.closed_at), reason };
  }
  const submitted = { submittedAt: present(row.submitted_at), passage };
  if (row.state === 'submitted' || row.state === 'filed') return { state: row.state, ...submitted };
  if (row.state === 'refused') {
    const refusal = present(lastDecision(row));
    return { state: 'refused', ...submitted, refusal, reason: present(row.decision_reason) };
  }
  const approved = { ...submitted, approval: present(approvalOf(row, passage)) };
  switch (row.state) {
    case 'approved':
      return { state: 'approved', ...approved, sentBack: row.decision_reason };
    case 'revoked':
      return { state: 'revoked', ...approved, closedAt: present(row.closed_at), reason: present(row.decision_reason) };
    case 'reported':
      return { state: 'reported', ...approved, report: reportOf(row) };
    case 'closed':
      return {
        state: 'closed',
        ...approved,
        report: reportOf(row),
        acceptance: acceptanceOf(row),
        closedAt: present(row.closed_at),
      };
  }
}

function passageIn(row: Selectable<TicketTable>, decisions: readonly Selectable<TicketDecisionTable>[]): Passage {
  const filing = decisions.find(({ step }) => step === 'file');
  const given = decisions.filter(({ step }) => step === 'approve').map(decisionOf);
  const before = given.length === 0 && row.state !== 'refused' ? lastDecision(row) : null;
  return {
    route: {
      filing: row.needs_filing === 1,
      approvals: row.needs_approvals,
      emergency: row.is_emergency === 1,
    },
    filing: filing === undefined ? null : decisionOf(filing),
    // Approved before decisions were written down one by one.
    given: before === null ? given : [before],
    // Written by `progressColumns` alone.
    narrowing: row.narrowing === null ? null : (JSON.parse(row.narrowing) as Narrowing),
  };
}

function decisionOf({ account_id: by, at, deputy_for: deputyFor }: Selectable<TicketDecisionTable>): Decision {
  return { by, at, deputyFor };
}

/** Whose decision it was that made it what it is. */
function lastDecision({ approver_id: by, decided_at: at }: Selectable<TicketTable>): Decision | null {
  return by === null || at === null ? null : { by, at, deputyFor: null };
}

function approvalOf(row: Selectable<TicketTable>, { given }: Passage): Decision | null {
  return row.approver_id === null ? null : (given.at(-1) ?? lastDecision(row));
}

function reportOf(row: Selectable<TicketTable>): CompletionReport {
  const notes = present(row.completion_report);
  // Closed before there were reports: what its requester wrote then.
  const { outcome, config_updated: updated, reported_at: at } = row;
  return { outcome: outcome ?? 'done', notes, configUpdated: updated === 1, at: at ?? present(row.closed_at) };
}

function acceptanceOf({ acceptor_id: by, accepted_at: at }: Selectable<TicketTable>): Decision | null {
  return by === null || at === null ? null : { by, at, deputyFor: null };
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('expected a complete ticket row, got a missing value');
  return value;
}
