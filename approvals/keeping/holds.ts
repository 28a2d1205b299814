// Placing and lifting holds: each is one transaction that holds the decision, the change and its evidence.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { Person } from '../../identity/people/account.ts';
import { asOwn, listAccounts, requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, SYSTEM, witnessed } from '../../identity/permission.ts';
import { plainText } from '../../identity/plain-text.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Clock } from '../../store/core/clock.ts';
import { type AccountId, newId, parseId } from '../../store/core/ids.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import { sessionAbsent } from '../access/session-log.ts';
import { findSessions } from '../access/session-repository.ts';
import { findTicket } from '../ticket/repository.ts';
import { ticketAbsent } from '../ticket/ticket.ts';
import { isDestroyed } from './destruction-repository.ts';
import { alreadyDestroyed, type HoldOn, type HoldView, holdAbsent, holdLifted } from './hold.ts';
import { findHold, type HoldRow, insertHold, liftHold, listHolds } from './hold-repository.ts';

/** Text from outside. */
export type HoldWish = { readonly session: string } | { readonly ticket: string };

export interface Holds {
  /** Throws `session.absent`, `ticket.absent`, `recording.destroyed` or the policy's refusal. */
  place(user: AuthenticatedUser, on: HoldWish, reason: string): Promise<HoldView>;
  /** Throws `hold.absent`, `hold.lifted` or the policy's refusal. */
  lift(user: AuthenticatedUser, id: string, reason: string): Promise<HoldView>;
  /** Newest first. */
  list(user: AuthenticatedUser, selection?: { readonly open?: boolean }): Promise<readonly HoldView[]>;
}

export interface HoldUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
}

export function createHolds(uses: HoldUses): Holds {
  const { database, changes, policies } = uses;
  const writing = async (work: (tx: Tx) => Promise<HoldView>): Promise<HoldView> => {
    const done = await database.transaction(work);
    changes.publish('requests');
    return done;
  };
  return {
    place: (user, on, reason) =>
      witnessed(uses, user, 'hold.place', cut(on), () => writing((tx) => place(uses, tx, user, on, reason))),
    lift: (user, id, reason) =>
      witnessed(uses, user, 'hold.lift', cut({ hold: id }), () => writing((tx) => lift(uses, tx, user, id, reason))),
    list: (user, selection = {}) =>
      witnessed(uses, user, 'hold.list', null, () =>
        database.transaction(async (tx) => {
          policies.authorize(user, 'hold.list', SYSTEM);
          const views = await viewer(uses, tx, user);
          return Promise.all((await listHolds(tx, selection)).map(views));
        }),
      ),
  };
}

/** Attacker-controlled text, as far as evidence keeps it. */
function cut(named: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(named).map(([name, text]) => [name, text.slice(0, 64).toWellFormed()]));
}

async function place(uses: HoldUses, tx: Tx, user: AuthenticatedUser, wish: HoldWish, text: string): Promise<HoldView> {
  const { append, clock, policies } = uses;
  await requireActive(tx, user);
  policies.authorize(user, 'hold.place', SYSTEM);
  const reason = plainText(text, { field: 'reason', maxLength: 1000, lines: 'many' });
  const on = 'session' in wish ? await sessionOf(tx, wish.session) : await ticketOf(tx, wish.ticket);
  const row = await insertHold(tx, { id: newId('hld'), on, reason, by: user.account.id, at: clock.now() });
  await append(tx, {
    type: 'hold.placed',
    actor: actorOf(user),
    source: user.source,
    details: { hold: row.id, ...on, reason },
  });
  return (await viewer(uses, tx, user))(row);
}

async function sessionOf(tx: Tx, text: string): Promise<HoldOn> {
  const session = parseId('ses', text);
  const [found] = session === undefined ? [] : await findSessions(tx, { session });
  if (found === undefined) throw sessionAbsent();
  if (await isDestroyed(tx, found.id)) throw alreadyDestroyed();
  return { session: found.id };
}

async function ticketOf(tx: Tx, text: string): Promise<HoldOn> {
  const id = parseId('tkt', text);
  const ticket = id && (await findTicket(tx, id));
  if (ticket === undefined) throw ticketAbsent();
  return { ticket: ticket.id };
}

async function lift(uses: HoldUses, tx: Tx, user: AuthenticatedUser, text: string, why: string): Promise<HoldView> {
  const { append, clock, policies } = uses;
  await requireActive(tx, user);
  const id = parseId('hld', text);
  const hold = id && (await findHold(tx, id));
  if (hold === undefined || !policies.allows(user, 'hold.read', resourceOf(hold))) throw holdAbsent();
  policies.authorize(user, 'hold.lift', await ownedResource(tx, user, hold));
  const reason = plainText(why, { field: 'reason', maxLength: 1000, lines: 'many' });
  const lifted = await liftHold(tx, hold, {
    lifter_id: user.account.id,
    lifted_at: clock.now(),
    lift_reason: reason,
  });
  if (lifted === undefined) throw holdLifted();
  const on = hold.session_id === null ? { ticket: String(hold.ticket_id) } : { session: hold.session_id };
  await append(tx, {
    type: 'hold.lifted',
    actor: actorOf(user),
    source: user.source,
    details: { hold: hold.id, ...on, reason },
  });
  return (await viewer(uses, tx, user))(lifted);
}

function resourceOf({ id, placer_id: placer }: HoldRow) {
  return { kind: 'hold' as const, id, placer };
}

/** The same for whoever would lift it: what they placed under an account they had before is theirs, too. */
async function ownedResource(tx: Tx, user: AuthenticatedUser, row: HoldRow) {
  return { ...resourceOf(row), placer: await asOwn(tx, user, row.placer_id) };
}

/** Rows as this person sees them. */
async function viewer(
  { policies }: HoldUses,
  tx: Tx,
  user: AuthenticatedUser,
): Promise<(row: HoldRow) => Promise<HoldView>> {
  const people = new Map((await listAccounts(tx)).map(({ person }) => [person.id, person]));
  const known = (id: AccountId): Person => {
    const person = people.get(id);
    if (person === undefined) throw new Error(`expected the account ${id}`);
    return person;
  };
  return async (row) => {
    const { lifter_id: lifter, lifted_at: at, lift_reason: reason } = row;
    const lifted = lifter === null || at === null || reason === null ? null : { by: known(lifter), at, reason };
    return {
      id: row.id,
      session: row.session_id,
      ticket: await ticketNamed(tx, row),
      reason: row.reason,
      placer: known(row.placer_id),
      placedAt: row.placed_at,
      lifted,
      mayLift: lifted === null && policies.allows(user, 'hold.lift', await ownedResource(tx, user, row)),
    };
  };
}

async function ticketNamed(tx: Tx, { session_id, ticket_id }: HoldRow): Promise<HoldView['ticket']> {
  if (session_id !== null) {
    const [session] = await findSessions(tx, { session: session_id });
    if (session !== undefined) return { id: session.ticket.id, number: session.ticket.number };
  }
  const ticket = ticket_id && (await findTicket(tx, ticket_id));
  if (!ticket) throw new Error('expected what the hold is on');
  return { id: ticket.id, number: ticket.number };
}
