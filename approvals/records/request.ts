// What somebody asks of the records of one session that takes a second person. Data only where it is valid.

import type { Json } from '../../store/core/canonical-json.ts';
import type { AccountId, RecordRequestId, SessionId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { RecordRequestKind } from '../../store/schema/session-tables.ts';

export interface Decision {
  readonly by: AccountId;
  readonly at: number;
}

/** An approval whose time is over is computed from the clock, never stored. */
export type RequestProgress =
  | { readonly state: 'waiting' }
  | { readonly state: 'approved'; readonly approval: Decision; readonly expiresAt: number }
  | { readonly state: 'refused'; readonly refusal: Decision; readonly reason: string }
  | { readonly state: 'withdrawn'; readonly approval: Decision | null; readonly endedAt: number }
  | { readonly state: 'used'; readonly approval: Decision; readonly expiresAt: number; readonly endedAt: number };

export interface RecordRequest {
  readonly id: RecordRequestId;
  readonly kind: RecordRequestKind;
  readonly session: SessionId;
  /** What exactly is asked for, in the words of its kind. */
  readonly terms: Json;
  readonly requester: AccountId;
  readonly reason: string;
  readonly progress: RequestProgress;
  readonly createdAt: number;
  readonly version: number;
}

export const requestAbsent = defineRefusal('record-request.absent', 'absent', () => ({
  zh: '没有这项申请',
  en: 'there is no such request',
}));

export const requestChanged = defineRefusal('record-request.changed', 'conflict', () => ({
  zh: '这项申请刚刚已被处理，请重新查看',
  en: 'somebody has just acted on this request; look at it again',
}));
