// The states of a request. Pure and total: the next progress, or the refusal that says why not.
//
//   waiting  --approve--> approved   --refuse--> refused   --withdraw--> withdrawn
//   approved --use-->     used       --withdraw--> withdrawn
//   refused, withdrawn, used: final
//
// An approval is good for 24 hours and for one use.

import type { AccountId } from '../../store/core/ids.ts';
import { defineRefusal, Refusal, type Sentence } from '../../store/core/refusal.ts';
import { unreachable } from '../../store/core/unreachable.ts';
import type { RecordRequest, RequestProgress } from './request.ts';

export type RequestCommand =
  | { readonly type: 'approve'; readonly by: AccountId }
  | { readonly type: 'refuse'; readonly by: AccountId; readonly reason: string }
  | { readonly type: 'withdraw' }
  | { readonly type: 'use' };

export const APPROVAL_MS = 24 * 3_600_000;

export const requestNotPossible = defineRefusal<{ state: RequestProgress['state'] }>(
  'record-request.not-possible-now',
  'conflict',
  ({ state }) => ({
    zh: `申请当前状态为“${STATE_WORDS[state].zh}”，不能进行此操作`,
    en: `the request is ${STATE_WORDS[state].en}; this is not possible now`,
  }),
);

export const approvalExpired = defineRefusal('record-request.expired', 'conflict', () => ({
  zh: '批准已超过24小时，请重新申请',
  en: 'the approval is older than 24 hours; ask again',
}));

export const decidesOwn = defineRefusal('duty.asker-decides-own', 'forbidden', () => ({
  zh: '申请人不能审批自己的申请',
  en: 'whoever asks does not decide',
}));

const STATE_WORDS: { readonly [S in RequestProgress['state']]: Sentence } = {
  waiting: { zh: '待审批', en: 'waiting' },
  approved: { zh: '已批准', en: 'approved' },
  refused: { zh: '未批准', en: 'refused' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
  used: { zh: '已使用', en: 'used' },
};

type Asked = Pick<RecordRequest, 'requester' | 'progress'>;

export function next(request: Asked, command: RequestCommand, now: number): RequestProgress | Refusal {
  const { progress } = request;
  switch (progress.state) {
    case 'waiting':
      return fromWaiting(request, command, now);
    case 'approved':
      return fromApproved(progress, command, now);
    case 'refused':
    case 'withdrawn':
    case 'used':
      return requestNotPossible({ state: progress.state });
    default:
      return unreachable(progress);
  }
}

/** The same, throwing the refusal. */
export function advance(request: Asked, command: RequestCommand, now: number): RequestProgress {
  const progress = next(request, command, now);
  if (progress instanceof Refusal) throw progress;
  return progress;
}

function fromWaiting({ requester }: Asked, command: RequestCommand, now: number): RequestProgress | Refusal {
  switch (command.type) {
    case 'approve':
      if (command.by === requester) return decidesOwn();
      return { state: 'approved', approval: { by: command.by, at: now }, expiresAt: now + APPROVAL_MS };
    case 'refuse':
      if (command.by === requester) return decidesOwn();
      return { state: 'refused', refusal: { by: command.by, at: now }, reason: command.reason };
    case 'withdraw':
      return { state: 'withdrawn', approval: null, endedAt: now };
    case 'use':
      return requestNotPossible({ state: 'waiting' });
    default:
      return unreachable(command);
  }
}

function fromApproved(
  { approval, expiresAt }: Extract<RequestProgress, { state: 'approved' }>,
  command: RequestCommand,
  now: number,
): RequestProgress | Refusal {
  switch (command.type) {
    case 'use':
      return now >= expiresAt ? approvalExpired() : { state: 'used', approval, expiresAt, endedAt: now };
    case 'withdraw':
      return { state: 'withdrawn', approval, endedAt: now };
    case 'approve':
    case 'refuse':
      return requestNotPossible({ state: 'approved' });
    default:
      return unreachable(command);
  }
}
