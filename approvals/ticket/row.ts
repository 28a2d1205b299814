// Between a ticket's row and a ticket: data only where it is valid, a fault where a row is incomplete.

import type { Selectable } from 'kysely';
import type { Destination, FileTerms } from '../../store/core/channel-terms.ts';
import type { TicketChannelTable, TicketTable } from '../../store/schema/tables.ts';
import { hasTerms } from './content.ts';
import { PLAIN_TERMS } from './terms.ts';
import type { AgreedChannel, Decision, Ticket, TicketContent, TicketProgress } from './ticket.ts';

export function progressColumns(progress: TicketProgress) {
  const decision = 'refusal' in progress ? progress.refusal : 'approval' in progress ? progress.approval : null;
  return {
    state: progress.state,
    approver_id: decision?.by ?? null,
    decided_at: decision?.at ?? null,
    decision_reason: 'reason' in progress ? progress.reason : null,
    submitted_at: 'submittedAt' in progress ? progress.submittedAt : null,
    closed_at: 'closedAt' in progress ? progress.closedAt : null,
    completion_report: 'report' in progress ? progress.report : null,
  };
}

export function ticketOf(
  row: Selectable<TicketTable>,
  channels: readonly AgreedChannel[],
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
    progress: progressOf(row),
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

function progressOf(row: Selectable<TicketTable>): TicketProgress {
  const approval = decisionOf(row);
  switch (row.state) {
    case 'draft':
      return { state: 'draft' };
    case 'submitted':
      return { state: 'submitted', submittedAt: present(row.submitted_at) };
    case 'approved':
      return { state: 'approved', submittedAt: present(row.submitted_at), approval: present(approval) };
    case 'refused':
      return {
        state: 'refused',
        submittedAt: present(row.submitted_at),
        refusal: present(approval),
        reason: present(row.decision_reason),
      };
    case 'withdrawn': {
      const { submitted_at: submittedAt, decision_reason: reason } = row;
      return { state: 'withdrawn', submittedAt, approval, closedAt: present(row.closed_at), reason };
    }
    case 'revoked':
      return { state: 'revoked', ...over(row), reason: present(row.decision_reason) };
    case 'closed':
      return { state: 'closed', ...over(row), report: present(row.completion_report) };
  }
}

function over(row: Selectable<TicketTable>) {
  return {
    submittedAt: present(row.submitted_at),
    approval: present(decisionOf(row)),
    closedAt: present(row.closed_at),
  };
}

function decisionOf(row: Selectable<TicketTable>): Decision | null {
  return row.approver_id === null || row.decided_at === null ? null : { by: row.approver_id, at: row.decided_at };
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('expected a complete ticket row, got a missing value');
  return value;
}
