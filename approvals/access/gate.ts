// The one gate (signatures; the rules follow).

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import type { ChannelKind } from '../../store/schema/tables.ts';
import type { ApprovedChannel } from './approved-channel.ts';

/** What is asked of the gate; everything but `kind` and `via` is attacker-controlled text. */
export interface ChannelRequest {
  readonly kind: ChannelKind;
  readonly selector:
    | { readonly by: 'names'; readonly login: string | null; readonly target: string | null }
    | { readonly by: 'ids'; readonly ticketId: string; readonly targetAccountId: string };
  /** The command line of an exec channel; null for a shell. */
  readonly command: string | null;
  readonly source: string;
  readonly via: 'ssh' | 'web';
}

export interface Openable {
  /** Addresses and CIDR blocks of every ticket that is approved and in its window now. */
  readonly sources: readonly string[];
  /** When the clock alone next changes the answer, milliseconds since 1970. */
  readonly nextChangeAt: number | null;
}

export interface Gate {
  /** Throws a Refusal, which has left `access.refused`. */
  decide(user: AuthenticatedUser, request: ChannelRequest): Promise<ApprovedChannel>;
  /** The same decision once more: undefined while the answer is still yes. */
  stillAllowed(approved: ApprovedChannel): Promise<EndReason | undefined>;
  openable(): Promise<Openable>;
}
