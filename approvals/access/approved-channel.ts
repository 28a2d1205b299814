// The proof that the gate said yes to one opening. Only the gate may import `approve`; a test says so.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { ChannelKind, Destination, FileTerms } from '../../store/core/channel-terms.ts';
import type { SessionId, TargetAccountId, TargetId, TicketId } from '../../store/core/ids.ts';

export interface ChannelFacts {
  readonly session: SessionId;
  readonly ticket: { readonly id: TicketId; readonly number: string };
  readonly user: AuthenticatedUser;
  readonly target: {
    readonly id: TargetId;
    readonly name: string;
    readonly host: string;
    readonly port: number;
    /** Pinned: `algorithm base64`. */
    readonly hostKey: string;
  };
  readonly targetAccount: { readonly id: TargetAccountId; readonly login: string };
  readonly kind: ChannelKind;
  /** The command line of an exec channel. */
  readonly command: string | null;
  /** What an sftp channel may do; null for the other kinds. */
  readonly files: FileTerms | null;
  /** Where a forward channel goes, as the ticket names it; null for the other kinds. */
  readonly destination: Destination | null;
  readonly source: string;
  readonly via: 'ssh' | 'web';
  /** Nothing may reach the target while nobody of the centre watches. */
  readonly supervised: boolean;
  /** What runs when the window ends may finish, for a while. */
  readonly finishes: boolean;
  /** The window it was opened in: of those in force, counted from nought. */
  readonly window: number;
  /** That window's end as it was then, milliseconds since 1970. */
  readonly closesAt: number;
}

class ApprovedChannel implements ChannelFacts {
  readonly session: ChannelFacts['session'];
  readonly ticket: ChannelFacts['ticket'];
  readonly user: ChannelFacts['user'];
  readonly target: ChannelFacts['target'];
  readonly targetAccount: ChannelFacts['targetAccount'];
  readonly kind: ChannelFacts['kind'];
  readonly command: ChannelFacts['command'];
  readonly files: ChannelFacts['files'];
  readonly destination: ChannelFacts['destination'];
  readonly source: ChannelFacts['source'];
  readonly via: ChannelFacts['via'];
  readonly supervised: ChannelFacts['supervised'];
  readonly finishes: ChannelFacts['finishes'];
  readonly window: ChannelFacts['window'];
  readonly closesAt: ChannelFacts['closesAt'];
  readonly #approved = true;

  constructor(facts: ChannelFacts) {
    this.session = facts.session;
    this.ticket = Object.freeze(facts.ticket);
    this.user = facts.user;
    this.target = Object.freeze(facts.target);
    this.targetAccount = Object.freeze(facts.targetAccount);
    this.kind = facts.kind;
    this.command = facts.command;
    this.files = facts.files && Object.freeze({ ...facts.files });
    this.destination = facts.destination && Object.freeze({ ...facts.destination });
    this.source = facts.source;
    this.via = facts.via;
    this.supervised = facts.supervised;
    this.finishes = facts.finishes;
    this.window = facts.window;
    this.closesAt = facts.closesAt;
    Object.freeze(this);
  }

  static isApproved(value: unknown): value is ApprovedChannel {
    return typeof value === 'object' && value !== null && #approved in value && value.#approved;
  }
}

export type { ApprovedChannel };

export function approve(facts: ChannelFacts): ApprovedChannel {
  return new ApprovedChannel(facts);
}

/** Types are gone at run time, this is not: the credential is released to nothing else. */
export const isApproved = ApprovedChannel.isApproved;
