// Tables of what people are told, by which medium, and what they chose.

import type { AccountId, NoticeId, TicketId } from '../core/ids.ts';
import type { Once } from './once.ts';

/** Something to tell; null is for groups and programs instead of one person. */
export interface NoticeTable {
  id: Once<NoticeId>;
  kind: Once<string>;
  at: Once<number>;
  recipient_id: Once<AccountId | null>;
  ticket_id: Once<TicketId | null>;
}

export interface NoticeDeliveryTable {
  notice_id: Once<NoticeId>;
  medium: Once<'email' | 'webhook' | 'wecom' | 'dingtalk'>;
  tries: number;
  /** Null once it was taken or given up. */
  next_at: number | null;
  sent_at: number | null;
  problem: string | null;
}

export interface NoticePreferenceTable {
  account_id: Once<AccountId>;
  email: string | null;
  language: 'zh' | 'en';
  /** JSON array of kinds. */
  off: string;
}
