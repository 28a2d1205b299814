// A notice as it waits to be carried, and what carries it.

import type { NoticeId, TicketId } from '../../store/core/ids.ts';
import type { Sentence } from '../../store/core/refusal.ts';

/** How a notice reaches people: each person by e-mail, groups and other programs by the rest. */
export const MEDIA = ['email', 'webhook', 'wecom', 'dingtalk'] as const;
export type Medium = (typeof MEDIA)[number];

export interface NoticeTicket {
  readonly id: TicketId;
  readonly number: string;
}

/** One notice on its way by one medium. */
export interface Letter {
  readonly id: NoticeId;
  readonly kind: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ticket: NoticeTicket | null;
  /** An e-mail address; null for what goes to a group or a program. */
  readonly to: string | null;
  readonly title: Sentence;
  /** Lines for people, in the language of whoever gets it; both languages where that is a group. */
  readonly lines: readonly string[];
  readonly subject: string;
  /** Leads to the page behind the login; null where the page's address is not known. */
  readonly link: string | null;
}

/** Resolves once the other side has taken it. */
export type Carrier = (letter: Letter) => Promise<void>;

/** Trying again is of no use: the other side does not want it. */
export class Undeliverable extends Error {}
