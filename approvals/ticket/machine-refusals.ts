// Why a command is not possible now, in words.

import { defineRefusal } from '../../store/core/refusal.ts';
import type { TicketState } from '../../store/schema/states.ts';

export const STATE_WORDS: { readonly [S in TicketState]: { readonly zh: string; readonly en: string } } = {
  draft: { zh: '草稿', en: 'a draft' },
  submitted: { zh: '待审批', en: 'waiting for approval' },
  filed: { zh: '已备案，待批准', en: 'filed and waiting for approval' },
  approved: { zh: '已批准', en: 'approved' },
  reported: { zh: '待验收', en: 'reported done and waiting to be accepted' },
  refused: { zh: '未批准', en: 'refused' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
  revoked: { zh: '已撤销', en: 'revoked' },
  closed: { zh: '已关闭', en: 'closed' },
};

export const ticketNotPossible = defineRefusal<{ state: TicketState }>(
  'ticket.not-possible-now',
  'conflict',
  ({ state }) => ({
    zh: `工单当前状态为“${STATE_WORDS[state].zh}”，不能进行此操作`,
    en: `the ticket is ${STATE_WORDS[state].en}; this is not possible now`,
  }),
);

export const ticketContentChanged = defineRefusal('ticket.content-changed', 'conflict', () => ({
  zh: '工单内容与您看到的不一致，请重新查看后再决定',
  en: 'this is not what you have read; look at the ticket again',
}));

export const ticketWindowOver = defineRefusal('ticket.window-over', 'conflict', () => ({
  zh: '维护窗口已经结束，请重新申请',
  en: 'the window is already over; ask again with a new one',
}));

export const notFiled = defineRefusal('ticket.needs-no-filing', 'conflict', () => ({
  zh: '这张工单不需要信息科备案',
  en: 'this ticket needs no filing',
}));

export const filingFirst = defineRefusal('ticket.filing-first', 'conflict', () => ({
  zh: '这张工单须先由信息科备案，再报中心负责人批准',
  en: 'the information section files this ticket first, then a head approves it',
}));

export const decidesTwice = defineRefusal('duty.decides-twice', 'forbidden', () => ({
  zh: '备案和每一次批准须由不同的人进行',
  en: 'filing and each approval are done by different people',
}));

export const oneHeadTwice = defineRefusal('duty.one-head-twice', 'forbidden', () => ({
  zh: '同一位中心负责人本人和其代理人只算一人，须由另一位中心负责人或其代理人批准',
  en: 'a head and their deputy count as one; another head, or one in their place, approves',
}));

export const selfApproval = defineRefusal('duty.requester-approves-own', 'forbidden', () => ({
  zh: '申请人不能审批自己的工单',
  en: 'a requester does not decide on their own ticket',
}));
