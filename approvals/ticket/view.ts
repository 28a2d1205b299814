// A ticket as somebody sees it: with names instead of ids, where its window stands, and what a head compares with.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { Person } from '../../identity/people/account.ts';
import { listAccounts } from '../../identity/people/account-repository.ts';
import { connectionName } from '../../store/core/connection-name.ts';
import type { AccountId, TargetAccountId, TicketId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import { findReview } from '../emergency/review.ts';
import { type ClosedBefore, closedBefore } from './closed-before.ts';
import { inForce } from './in-force.ts';
import type { Decision } from './passage.ts';
import { allPlaces, closedTickets, type Place } from './repository.ts';
import type { Ticket, TicketProgress } from './ticket.ts';
import type { DecidedBy, EmergencyReviewView, TicketView } from './ticket-view.ts';
import { lastEnd, windowNow } from './windows.ts';

/** What views are made from, read once for all of them. */
export interface Surroundings {
  readonly people: ReadonlyMap<AccountId, Person>;
  readonly places: ReadonlyMap<TargetAccountId, Place>;
  readonly sessions: ReadonlyMap<TicketId, { readonly all: number; readonly live: number }>;
  /** What each requester has closed, for comparing. */
  readonly closed: ReadonlyMap<AccountId, ClosedBefore>;
}

/** With `requester`, for that person's tickets only. */
export async function readSurroundings(tx: Tx, requester?: AccountId): Promise<Surroundings> {
  const closed = await closedTickets(tx, requester);
  const places = new Map((await allPlaces(tx)).map((place) => [place.targetAccountId, place]));
  const byRequester = [...Map.groupBy(closed, ({ requester }) => requester)];
  return {
    people: new Map((await listAccounts(tx)).map(({ person }) => [person.id, person])),
    places,
    sessions: await countSessions(tx),
    closed: new Map(
      byRequester.map(([id, tickets]) => [id, closedBefore(tickets, (ticket) => targetsOf(ticket, places))]),
    ),
  };
}

export function viewOf(ticket: Ticket, around: Surroundings, user: AuthenticatedUser, now: number): TicketView {
  const { id, number, content, contentHash, progress, edition, createdAt } = ticket;
  const { purpose, plan, windowStart, windowEnd, windows, sources, terms } = content;
  const count = around.sessions.get(id) ?? { all: 0, live: 0 };
  return {
    id,
    number,
    state: progress.state,
    window: windowAt(ticket, now),
    requester: known(around.people, ticket.requester),
    purpose,
    plan,
    windowStart,
    windowEnd,
    windows,
    sources,
    terms: { ...terms, companions: terms.companions.map((id) => known(around.people, id)) },
    inForce: inForce(ticket),
    channels: channelsOf(ticket, around),
    contentHash,
    edition,
    ...progressOf(progress, around),
    shown: null,
    emergencyReview: null,
    createdAt,
    liveSessions: count.live,
    sessions: count.all,
    ...comparison(ticket, around),
    connectionNames: connectionNames(ticket, around, user, now),
  };
}

function progressOf(progress: TicketProgress, { people }: Surroundings) {
  const decision = 'refusal' in progress ? progress.refusal : 'approval' in progress ? progress.approval : null;
  const passage = 'passage' in progress ? progress.passage : null;
  const decided = ({ by, at, deputyFor }: Decision): DecidedBy => ({
    by: known(people, by),
    at,
    deputyFor: deputyFor === null ? null : known(people, deputyFor),
  });
  return {
    route: passage?.route ?? null,
    filed: passage?.filing ? decided(passage.filing) : null,
    approvals: (passage?.given ?? []).map(decided),
    accepted: 'acceptance' in progress && progress.acceptance !== null ? decided(progress.acceptance) : null,
    approver: decision === null ? null : known(people, decision.by),
    decidedAt: decision?.at ?? null,
    decisionReason: progress.state === 'approved' ? progress.sentBack : 'reason' in progress ? progress.reason : null,
    submittedAt: 'submittedAt' in progress ? progress.submittedAt : null,
    closedAt: 'closedAt' in progress ? progress.closedAt : null,
    report: 'report' in progress ? progress.report : null,
  };
}

/** Null where two people did not open it in an emergency. */
export async function readReview(
  tx: Tx,
  { id }: Ticket,
  { people }: Surroundings,
): Promise<EmergencyReviewView | null> {
  const found = await findReview(tx, id);
  if (found === null) return null;
  const { dueAt, review } = found;
  return { dueAt, review: review && { ...review, by: known(people, review.by) } };
}

/** Where the clock stands: between two windows it is before the next one. */
export function windowAt(
  ticket: Pick<Ticket, 'content' | 'progress' | 'extensions'>,
  now: number,
): 'before' | 'inside' | 'after' {
  const { windows } = inForce(ticket);
  if (windowNow(windows, now) !== undefined) return 'inside';
  return now < lastEnd(windows) ? 'before' : 'after';
}

function channelsOf({ content }: Ticket, { places }: Surroundings): TicketView['channels'] {
  return content.channels.map(({ targetAccountId, ...agreed }) => {
    const { target, login } = known(places, targetAccountId);
    return { targetAccountId, target, login, ...agreed };
  });
}

function comparison(ticket: Ticket, { closed, places }: Surroundings) {
  const before = closed.get(ticket.requester);
  const targets = [...new Set(targetsOf(ticket, places))].sort();
  return {
    closedBefore: before?.count(ticket) ?? 0,
    newTargets: targets.filter((target) => before?.on(ticket, target) !== true),
  };
}

function targetsOf({ content }: Ticket, places: Surroundings['places']): string[] {
  return content.channels.map(({ targetAccountId }) => known(places, targetAccountId).target);
}

function connectionNames(ticket: Ticket, around: Surroundings, user: AuthenticatedUser, now: number): string[] {
  const open = ticket.progress.state === 'approved' && windowAt(ticket, now) !== 'after';
  const { requester, content } = ticket;
  if (!open || ![requester, ...content.terms.companions].includes(user.account.id)) return [];
  return inForce(ticket).channels.map(({ targetAccountId }) => {
    const { login, target } = known(around.places, targetAccountId);
    return connectionName(user.account.name, login, target);
  });
}

async function countSessions(tx: Tx): Promise<Surroundings['sessions']> {
  const rows = await tx
    .selectFrom('session')
    .select((is) => ['ticket_id', is.fn.countAll().as('all'), is.fn.count('ended_at').as('ended')])
    .groupBy('ticket_id')
    .execute();
  return new Map(
    rows.map((row) => [row.ticket_id, { all: Number(row.all), live: Number(row.all) - Number(row.ended) }]),
  );
}

function known<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`expected a row for ${String(key)}`);
  return value;
}
