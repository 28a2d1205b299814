// The states of a ticket. Pure and total: the next progress, or the refusal that says why not.
//
//   draft     --submit-->   submitted      --withdraw-->  withdrawn
//   submitted --approve-->  approved       --refuse-->    refused      --withdraw--> withdrawn
//   approved  --revoke-->   revoked        --withdraw-->  withdrawn    --close-->    closed
//   refused, withdrawn, revoked, closed: final
//
// A window that is over is computed from the clock, never stored.

import type { AccountId } from '../../store/core/ids.ts';
import { defineRefusal, Refusal } from '../../store/core/refusal.ts';
import { unreachable } from '../../store/core/unreachable.ts';
import type { Ticket, TicketProgress } from './ticket.ts';

export type TicketCommand =
  | { readonly type: 'submit' }
  | { readonly type: 'withdraw'; readonly reason: string | null }
  | { readonly type: 'approve'; readonly by: AccountId; readonly contentHash: string }
  | { readonly type: 'refuse'; readonly by: AccountId; readonly reason: string }
  | { readonly type: 'revoke'; readonly reason: string }
  | { readonly type: 'close'; readonly report: string };

export const ticketNotPossible = defineRefusal<{ state: TicketProgress['state'] }>(
  'ticket.not-possible-now',
  'conflict',
  ({ state }) => ({
    zh: `工单当前状态为“${STATE_WORDS[state].zh}”，不能进行此操作`,
    en: `the ticket is ${STATE_WORDS[state].en}; this is not possible now`,
  }),
);

export const ticketContentChanged = defineRefusal('ticket.content-changed', 'conflict', () => ({
  zh: '工单内容与您看到的不一致，请重新查看后再决定',
  en: 'this is not the content you have read; look at the ticket again',
}));

export const ticketWindowOver = defineRefusal('ticket.window-over', 'conflict', () => ({
  zh: '维护窗口已经结束，请重新申请',
  en: 'the window is already over; ask again with a new one',
}));

export const selfApproval = defineRefusal('duty.requester-approves-own', 'forbidden', () => ({
  zh: '申请人不能审批自己的工单',
  en: 'a requester does not decide on their own ticket',
}));

export const STATE_WORDS: { readonly [S in TicketProgress['state']]: { readonly zh: string; readonly en: string } } = {
  draft: { zh: '草稿', en: 'a draft' },
  submitted: { zh: '待审批', en: 'waiting for approval' },
  approved: { zh: '已批准', en: 'approved' },
  refused: { zh: '未批准', en: 'refused' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
  revoked: { zh: '已撤销', en: 'revoked' },
  closed: { zh: '已关闭', en: 'closed' },
};

type Asked = Pick<Ticket, 'requester' | 'contentHash' | 'progress'> & {
  readonly content: Pick<Ticket['content'], 'windowEnd'>;
};
type At<S extends TicketProgress['state']> = Extract<TicketProgress, { state: S }>;

export function next(ticket: Asked, command: TicketCommand, now: number): TicketProgress | Refusal {
  const { progress } = ticket;
  switch (progress.state) {
    case 'draft':
      return fromDraft(ticket, command, now);
    case 'submitted':
      return fromSubmitted(ticket, progress, command, now);
    case 'approved':
      return fromApproved(progress, command, now);
    case 'refused':
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

function fromDraft({ content }: Asked, command: TicketCommand, now: number): TicketProgress | Refusal {
  switch (command.type) {
    case 'submit':
      return now >= content.windowEnd ? ticketWindowOver() : { state: 'submitted', submittedAt: now };
    case 'withdraw':
      return { state: 'withdrawn', submittedAt: null, approval: null, closedAt: now, reason: command.reason };
    case 'approve':
    case 'refuse':
    case 'revoke':
    case 'close':
      return ticketNotPossible({ state: 'draft' });
    default:
      return unreachable(command);
  }
}

function fromSubmitted(ticket: Asked, { submittedAt }: At<'submitted'>, command: TicketCommand, now: number) {
  switch (command.type) {
    case 'approve':
      return approved(ticket, submittedAt, command, now);
    case 'refuse':
      if (command.by === ticket.requester) return selfApproval();
      return {
        state: 'refused' as const,
        submittedAt,
        refusal: { by: command.by, at: now },
        reason: command.reason,
      };
    case 'withdraw':
      return {
        state: 'withdrawn' as const,
        submittedAt,
        approval: null,
        closedAt: now,
        reason: command.reason,
      };
    case 'submit':
    case 'revoke':
    case 'close':
      return ticketNotPossible({ state: 'submitted' });
    default:
      return unreachable(command);
  }
}

function approved(
  { requester, contentHash, content }: Asked,
  submittedAt: number,
  command: Extract<TicketCommand, { type: 'approve' }>,
  now: number,
): TicketProgress | Refusal {
  if (command.by === requester) return selfApproval();
  if (command.contentHash !== contentHash) return ticketContentChanged();
  if (now >= content.windowEnd) return ticketWindowOver();
  return { state: 'approved', submittedAt, approval: { by: command.by, at: now } };
}

function fromApproved({ submittedAt, approval }: At<'approved'>, command: TicketCommand, now: number) {
  const over = { submittedAt, approval, closedAt: now };
  switch (command.type) {
    case 'withdraw':
      return { state: 'withdrawn' as const, ...over, reason: command.reason };
    case 'revoke':
      return { state: 'revoked' as const, ...over, reason: command.reason };
    case 'close':
      return { state: 'closed' as const, ...over, report: command.report };
    case 'submit':
    case 'approve':
    case 'refuse':
      return ticketNotPossible({ state: 'approved' });
    default:
      return unreachable(command);
  }
}
