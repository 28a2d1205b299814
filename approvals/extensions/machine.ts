// The states of a wish for more time. Pure and total: the next progress, or the refusal that says why not.
//
//   asked --grant--> granted   --refuse--> refused   --withdraw--> withdrawn
//   granted, refused, withdrawn: final
//
// A wish whose window is over, or whose ticket is, has expired: computed, never stored.

import type { AccountId } from '../../store/core/ids.ts';
import { defineRefusal, Refusal, type Sentence } from '../../store/core/refusal.ts';
import { unreachable } from '../../store/core/unreachable.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { extendable, wantedEnd } from './bounds.ts';
import type { ExtensionProgress, ExtensionWish } from './extension.ts';

export type ExtensionCommand =
  | { readonly type: 'grant'; readonly by: AccountId }
  | { readonly type: 'refuse'; readonly by: AccountId; readonly reason: string }
  | { readonly type: 'withdraw' };

export const extensionNotPossible = defineRefusal<{ state: ExtensionProgress['state'] }>(
  'extension.not-possible-now',
  'conflict',
  ({ state }) => ({
    zh: `延时申请当前状态为“${STATE_WORDS[state].zh}”，不能进行此操作`,
    en: `what was asked is ${STATE_WORDS[state].en}; this is not possible now`,
  }),
);

export const extensionExpired = defineRefusal('extension.expired', 'conflict', () => ({
  zh: '窗口已经结束或不在同一窗口内，延时申请已失效',
  en: 'the window it was asked for is over, and so is the wish for more time',
}));

export const decidesOwnExtension = defineRefusal('duty.requester-extends-own', 'forbidden', () => ({
  zh: '申请人不能审批自己工单的延时',
  en: 'a requester does not decide on more time for their own ticket',
}));

const STATE_WORDS: { readonly [S in ExtensionProgress['state']]: Sentence } = {
  asked: { zh: '待审批', en: 'waiting' },
  granted: { zh: '已批准', en: 'granted' },
  refused: { zh: '未批准', en: 'refused' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
};

export function next(
  wish: ExtensionWish,
  ticket: Ticket,
  command: ExtensionCommand,
  now: number,
): ExtensionProgress | Refusal {
  const { state } = wish.progress;
  if (state !== 'asked') return extensionNotPossible({ state });
  switch (command.type) {
    case 'withdraw':
      return { state: 'withdrawn' };
    case 'refuse':
      if (command.by === wish.asker || command.by === ticket.requester) return decidesOwnExtension();
      return { state: 'refused', refusal: { by: command.by, at: now }, reason: command.reason };
    case 'grant':
      if (command.by === wish.asker || command.by === ticket.requester) return decidesOwnExtension();
      return grantable(wish, ticket, now) ?? { state: 'granted', grant: { by: command.by, at: now } };
    default:
      return unreachable(command);
  }
}

/** The same, throwing the refusal. */
export function advance(
  wish: ExtensionWish,
  ticket: Ticket,
  command: ExtensionCommand,
  now: number,
): ExtensionProgress {
  const progress = next(wish, ticket, command, now);
  if (progress instanceof Refusal) throw progress;
  return progress;
}

/** Nothing can come of it any more. */
export function isExpired(wish: ExtensionWish, ticket: Ticket, now: number): boolean {
  return wish.progress.state === 'asked' && grantable(wish, ticket, now) !== undefined;
}

/** Why it cannot be granted; undefined when it can. */
function grantable(wish: ExtensionWish, ticket: Ticket, now: number): Refusal | undefined {
  try {
    const open = extendable(ticket, now);
    if (open.window !== wish.window) return extensionExpired();
    wantedEnd(ticket, open, { until: wish.until });
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code === 'extension.no-open-window' ? extensionExpired() : error;
    throw error;
  }
}
