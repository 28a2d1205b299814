// The gate's sibling for reading again: the proof that the files a ticket speaks of may be read from one target account
// once more, for evidence and by nobody. It has no window, since what is read is what the windows left behind; it rests
// on a ticket that was approved, has not been altered and was used, and on somebody who may ask for the report.

import type { FilePath } from '../../audit/events/file-path.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import type { Credential } from '../../identity/targets/credential.ts';
import { newId, type SessionId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { TicketState } from '../../store/schema/states.ts';
import { type DialCredentialUses, dialCredential } from '../access/dial-credential.ts';
import { contentHash } from '../ticket/content.ts';
import { allPlaces, findTicket, type Place } from '../ticket/repository.ts';
import type { Ticket } from '../ticket/ticket.ts';

export interface ReadingFacts {
  readonly session: SessionId;
  readonly ticket: Pick<Ticket, 'id' | 'number'>;
  /** Who asked for the report. */
  readonly user: AuthenticatedUser;
  readonly target: Pick<Place, 'host' | 'port' | 'hostKey'> & { readonly id: Place['targetId']; readonly name: string };
  readonly targetAccount: { readonly id: Place['targetAccountId']; readonly login: string };
  /** With everything below. */
  readonly declared: readonly FilePath[];
  /** Themselves alone. */
  readonly alone: readonly FilePath[];
}

class ApprovedReading {
  readonly facts: ReadingFacts;
  readonly #approved = true;

  constructor(facts: ReadingFacts) {
    this.facts = Object.freeze(facts);
    Object.freeze(this);
  }

  static isApproved(value: unknown): value is ApprovedReading {
    return typeof value === 'object' && value !== null && #approved in value && value.#approved;
  }
}

export type { ApprovedReading };

export const isApprovedReading = ApprovedReading.isApproved;

/** In these, what was approved holds and may have been used. */
const READABLE: ReadonlySet<TicketState> = new Set(['approved', 'reported']);

export const notReadable = defineRefusal<{ number: string }>('originals.not-readable', 'conflict', ({ number }) => ({
  zh: `工单 ${number} 不在可以复核改动的状态，或批准后内容、资产位置已变化`,
  en: `ticket ${number} is not in a state in which its changes are read again, or what was approved has changed`,
}));

export const targetRetired = defineRefusal<{ target: string }>(
  'originals.target-retired',
  'conflict',
  ({ target }) => ({
    zh: `资产 ${target} 已停用`,
    en: `the target ${target} is retired`,
  }),
);

/** Throws a Refusal. The caller has seen to it that this user may ask. */
export async function permitReading(
  tx: Tx,
  user: AuthenticatedUser,
  ticket: Ticket,
  what: Pick<ReadingFacts, 'declared' | 'alone'> & { readonly targetAccount: Place['targetAccountId'] },
): Promise<ApprovedReading> {
  await requireActive(tx, user);
  const place = await requireReadable(tx, ticket, what.targetAccount);
  const { targetId: id, target: name, host, port, hostKey, targetAccountId, login } = place;
  return new ApprovedReading({
    session: newId('ses'),
    ticket: { id: ticket.id, number: ticket.number },
    user,
    target: { id, name, host, port, hostKey },
    targetAccount: { id: targetAccountId, login },
    declared: what.declared,
    alone: what.alone,
  });
}

async function requireReadable(tx: Tx, ticket: Ticket, targetAccount: Place['targetAccountId']): Promise<Place> {
  const places = await allPlaces(tx);
  const unaltered = contentHash(ticket.requester, ticket.content, places) === ticket.contentHash;
  const place = places.find((each) => each.targetAccountId === targetAccount);
  if (!READABLE.has(ticket.progress.state) || !unaltered || place === undefined) throw notReadable(ticket);
  if (place.retired) throw targetRetired(place);
  return place;
}

/** `publicKey`: the gateway's for this dial, base64 of the wire form. */
export type ReleaseForReading = (reading: ApprovedReading, publicKey: string) => Promise<Credential>;

export interface ReleaseForReadingUses extends DialCredentialUses {
  readonly database: Database;
  /** How long a reading may take, milliseconds. */
  readonly longestMs: number;
}

/** The credential for one dial, with evidence; the ticket is looked at once more in the same transaction. */
export function createReleaseForReading({
  database,
  longestMs: remainingMs,
  ...uses
}: ReleaseForReadingUses): ReleaseForReading {
  return (reading, publicKey) => {
    if (!isApprovedReading(reading)) throw new Error('expected a reading that was approved');
    const { ticket, targetAccount, user, session, target } = reading.facts;
    return database.transaction(async (tx) => {
      const found = await findTicket(tx, ticket.id);
      if (found === undefined) throw notReadable(ticket);
      const place = await requireReadable(tx, found, targetAccount.id);
      if (place.hostKey !== target.hostKey) throw notReadable(ticket);
      const { source } = user;
      const dial = { session, ticket, user, source, targetAccount, remainingMs, extensions: [], publicKey };
      return dialCredential(uses, tx, dial);
    });
  };
}
