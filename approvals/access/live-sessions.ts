// The channels that are live in this process (signatures; the code follows).

import type { EndReason } from '../../store/core/end-reason.ts';
import type { AccountId, SessionId, TicketId } from '../../store/core/ids.ts';
import type { ApprovedChannel } from './approved-channel.ts';

export interface CutReceipt {
  readonly session: SessionId;
  readonly target: string;
  readonly login: string;
  /** From the act to the moment both sides were closed; null when closing failed or took too long. */
  readonly closedAfterMs: number | null;
}

/** Ends the channel; resolves when both sides are closed. Called at most once per channel. */
export type Cut = (reason: EndReason) => Promise<void>;

export interface LiveSessions {
  /** Answers the function that removes it again. The gate is asked once more right after adding. */
  add(approved: ApprovedChannel, cut: Cut): () => void;
  /** Asks the gate again about every live channel, and cuts where it says no. */
  reconsider(): Promise<void>;
  cutWhere(matches: (approved: ApprovedChannel) => boolean, reason: EndReason): Promise<readonly CutReceipt[]>;
  count(of?: { readonly ticket?: TicketId; readonly account?: AccountId }): number;
}
