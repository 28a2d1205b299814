// A hold: what has to be kept, however old. On one session, or on everything that happened under one ticket.

import type { Person } from '../../identity/people/account.ts';
import type { HoldId, SessionId, TicketId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';

/** What a hold is on. Exactly one of the two. */
export type HoldOn = { readonly session: SessionId } | { readonly ticket: TicketId };

export interface HoldView {
  readonly id: HoldId;
  readonly session: SessionId | null;
  readonly ticket: { readonly id: TicketId; readonly number: string };
  readonly reason: string;
  readonly placer: Person;
  readonly placedAt: number;
  /** Null while it is in force. */
  readonly lifted: { readonly by: Person; readonly at: number; readonly reason: string } | null;
  /** Whether whoever asks may lift it now. */
  readonly mayLift: boolean;
}

export const holdAbsent = defineRefusal('hold.absent', 'absent', () => ({
  zh: '没有这项保全',
  en: 'there is no such hold',
}));

export const holdLifted = defineRefusal('hold.lifted', 'conflict', () => ({
  zh: '这项保全已经解除',
  en: 'this hold has been lifted',
}));

export const alreadyDestroyed = defineRefusal('recording.destroyed', 'conflict', () => ({
  zh: '这个会话的录像已按规定销毁',
  en: 'the recording of this session was destroyed as the rules allow',
}));
