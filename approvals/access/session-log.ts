// Sessions in the database and in the evidence (signatures; the code follows).

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { Person } from '../../identity/people/account.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import type { AccountId, SessionId, TicketId } from '../../store/core/ids.ts';
import type { ChannelKind } from '../../store/schema/tables.ts';
import type { ApprovedChannel } from './approved-channel.ts';

export interface SessionView {
  readonly id: SessionId;
  readonly ticket: { readonly id: TicketId; readonly number: string; readonly purpose: string };
  readonly account: Person;
  readonly target: string;
  readonly login: string;
  readonly kind: ChannelKind;
  readonly via: 'ssh' | 'web';
  readonly source: string;
  readonly command: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly endReason: EndReason | null;
  readonly exitStatus: number | null;
  readonly exitSignal: string | null;
  readonly recordedBytes: number | null;
}

export interface SessionEnd {
  readonly reason: EndReason;
  readonly exitStatus: number | null;
  readonly exitSignal: string | null;
  /** Bytes in the recording, both ways; null when it could not be sealed. */
  readonly recordedBytes: number | null;
  /** Track name → { head, frames, bytes }; null when it could not be sealed. */
  readonly tracks: Json | null;
}

export interface SessionFilter {
  readonly ticket?: string;
  readonly account?: string;
  readonly live?: boolean;
}

export interface SessionLog {
  /**
   * Writes the session down, with `session.opened` and `recording.opened`. Asks the gate's rules once more in the
   * same transaction and throws their Refusal, so that nothing opens that was revoked a moment ago.
   */
  opened(approved: ApprovedChannel, heads: Json): Promise<void>;
  recordingHead(session: SessionId, heads: Json): Promise<void>;
  /** True for the first caller; false when the session had already ended, and then nothing is written. */
  ended(session: SessionId, end: SessionEnd): Promise<boolean>;
  /** Newest first; operators see their own. */
  list(user: AuthenticatedUser, filter: SessionFilter): Promise<readonly SessionView[]>;
  /** Throws `session.absent` for what does not exist or may not be seen. */
  get(user: AuthenticatedUser, id: string): Promise<SessionView>;
  /** For start-up: sessions that some earlier process left without an end, oldest first. */
  unended(): Promise<readonly SessionView[]>;
  /** How many sessions each account has without an end. */
  liveByAccount(): Promise<ReadonlyMap<AccountId, number>>;
}
