// A wish for more time: somebody at work asks that the window that is open lasts longer, the head decides. What is asked
// never changes after it was.

import type { Person } from '../../identity/people/account.ts';
import type { AccountId, ExtensionId, TicketId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';

export interface Decision {
  readonly by: AccountId;
  readonly at: number;
}

/** One whose window is over is computed from the clock, never stored. */
export type ExtensionProgress =
  | { readonly state: 'asked' }
  | { readonly state: 'granted'; readonly grant: Decision }
  | { readonly state: 'refused'; readonly refusal: Decision; readonly reason: string }
  | { readonly state: 'withdrawn' };

export interface ExtensionWish {
  readonly id: ExtensionId;
  readonly ticket: TicketId;
  /** Of the windows in force, counted from nought. */
  readonly window: number;
  /** When it ended as this was asked, and until when it shall last; milliseconds since 1970. */
  readonly fromEnd: number;
  readonly until: number;
  readonly asker: AccountId;
  readonly reason: string;
  readonly progress: ExtensionProgress;
  readonly askedAt: number;
  readonly version: number;
}

/** As somebody asks; attacker-controlled. One of the two: so much longer, or until then. */
export type WantedTime = { readonly minutes: number } | { readonly until: number };

/** A wish as people see it. */
export interface ExtensionView {
  readonly id: ExtensionId;
  readonly ticket: { readonly id: TicketId; readonly number: string };
  readonly window: number;
  readonly fromEnd: number;
  readonly until: number;
  readonly asker: Person;
  readonly reason: string;
  /** `expired`: nobody decided before the window was over. */
  readonly state: ExtensionProgress['state'] | 'expired';
  readonly decider: Person | null;
  readonly decidedAt: number | null;
  /** Why it was refused. */
  readonly decisionReason: string | null;
  readonly askedAt: number;
}

export const extensionAbsent = defineRefusal('extension.absent', 'absent', () => ({
  zh: '没有这项延时申请',
  en: 'nobody has asked for more time like that',
}));

export const extensionChanged = defineRefusal('extension.changed', 'conflict', () => ({
  zh: '这项延时申请刚刚已被处理，请重新查看',
  en: 'somebody has just acted on this; look at it again',
}));

export const extensionPending = defineRefusal('extension.pending', 'conflict', () => ({
  zh: '已有一项延时申请等待审批',
  en: 'more time was asked for already and waits for a decision',
}));
