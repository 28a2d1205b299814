// What people do with tickets: each act is one transaction that holds the decision, the change and its evidence.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { type FreshAct, type FreshFactor, spendFreshFactor } from '../../identity/login/fresh-factor.ts';
import type { Person } from '../../identity/people/account.ts';
import { listAccounts, requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, capacityOf, SYSTEM, witnessed } from '../../identity/permission.ts';
import { plainText } from '../../identity/plain-text.ts';
import type { Action, TicketAction } from '../../policies/action.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Tx } from '../../store/database.ts';
import { decidedOnce } from '../decided-once.ts';
import { type Verdict, writeReview } from '../emergency/review.ts';
import { readShown } from '../summary/read-told.ts';
import {
  type Act,
  acceptance,
  type Deciding,
  filing,
  refusing,
  reporting,
  revocation,
  sendingBack,
  withdrawal,
} from './act.ts';
import { requireAnotherPerson } from './another-person.ts';
import { allowed, approveTicket, decideTicket } from './decide-ticket.ts';
import { type Edition, editionsOf } from './editions.ts';
import type { NarrowingBody } from './narrowing.ts';
import { allTickets, ticketsFor } from './repository.ts';
import type { CompletionReport, Ticket, TicketBody, TicketFilter } from './ticket.ts';
import type { TicketUses } from './ticket-uses.ts';
import type { TicketView } from './ticket-view.ts';
import { readReview, readSurroundings, viewOf, windowAt } from './view.ts';
import { ticketResource, visibleTicket } from './visible-ticket.ts';
import { createTicket, reviseTicket, submitTicket } from './write-ticket.ts';

/** Every method throws `ticket.absent` for a ticket that does not exist or that the user may not see. */
export interface Tickets {
  /** A draft. */
  create(user: AuthenticatedUser, body: TicketBody): Promise<TicketView>;
  /** Writes it anew, before it is approved or after it was refused; it is a draft again. */
  revise(user: AuthenticatedUser, id: string, body: TicketBody): Promise<TicketView>;
  submit(user: AuthenticatedUser, id: string): Promise<TicketView>;
  withdraw(user: AuthenticatedUser, id: string): Promise<TicketView>;
  /** The information section has checked it. */
  file(user: AuthenticatedUser, id: string): Promise<TicketView>;
  /**
   * `read`: the hash of what was shown to who approves (`shown.hash`); another one is `ticket.content-changed`. `narrow`:
   * what they take away. Throws `ticket.narrowing-invalid`, `freeze.no-approvals`, `freeze.window-frozen`.
   */
  approve(
    user: AuthenticatedUser,
    fresh: FreshFactor,
    id: string,
    read: string,
    narrow?: NarrowingBody,
  ): Promise<TicketView>;
  refuse(user: AuthenticatedUser, id: string, reason: string): Promise<TicketView>;
  revoke(user: AuthenticatedUser, fresh: FreshFactor, id: string, reason: string): Promise<TicketView>;
  /** The requester says what was done; nothing opens any more. */
  report(user: AuthenticatedUser, id: string, report: Omit<CompletionReport, 'at'>): Promise<TicketView>;
  /** Closes it. */
  accept(user: AuthenticatedUser, id: string): Promise<TicketView>;
  /** It is approved again, as far as its windows are not over. */
  sendBack(user: AuthenticatedUser, id: string, reason: string): Promise<TicketView>;
  /** What two people opened in an emergency. Throws `emergency.nothing-to-review`, `duty.opener-reviews-own`. */
  review(user: AuthenticatedUser, id: string, verdict: Verdict, note: string): Promise<TicketView>;
  get(user: AuthenticatedUser, id: string): Promise<TicketView>;
  /** Every edition that was submitted, oldest first. */
  editions(user: AuthenticatedUser, id: string): Promise<readonly Edition[]>;
  /** Who could come along: active operators of the same company. */
  colleagues(user: AuthenticatedUser): Promise<readonly Person[]>;
  /** Newest first; operators see their own. */
  list(user: AuthenticatedUser, filter?: TicketFilter): Promise<readonly TicketView[]>;
}

export function createTickets(uses: TicketUses): Tickets {
  const { database, clock, changes } = uses;
  const writing = async (
    user: AuthenticatedUser,
    action: Action,
    request: Json,
    work: (tx: Tx) => Promise<Ticket>,
  ): Promise<TicketView> => {
    const view = await witnessed(uses, user, action, request, () =>
      database.transaction(async (tx) => show(uses, tx, user, await work(tx))),
    );
    changes.publish('tickets');
    return view;
  };
  const act = (
    user: AuthenticatedUser,
    action: TicketAction,
    id: string,
    make: (deciding: Deciding) => Act,
  ): Promise<TicketView> =>
    writing(user, action, named(id), (tx) => decideTicket(uses, tx, user, { action, id, make }));
  // The factor is spent before the transaction, which may run more than once.
  const spend = (user: AuthenticatedUser, fresh: FreshFactor, action: FreshAct & TicketAction, id: string) =>
    witnessed(uses, user, action, named(id), async () => spendFreshFactor(fresh, user, action, clock));
  return {
    create: (user, body) => writing(user, 'ticket.create', null, (tx) => createTicket(uses, tx, user, body)),
    revise: (user, id, body) =>
      writing(user, 'ticket.revise', named(id), (tx) => reviseTicket(uses, tx, user, id, body)),
    submit: (user, id) => writing(user, 'ticket.submit', named(id), (tx) => submitTicket(uses, tx, user, id)),
    withdraw: (user, id) => act(user, 'ticket.withdraw', id, () => withdrawal(null)),
    file: (user, id) => act(user, 'ticket.file', id, ({ by }) => filing(by)),
    async approve(user, fresh, id, read, narrow = {}) {
      await spend(user, fresh, 'ticket.approve', id);
      return writing(user, 'ticket.approve', named(id), (tx) => approveTicket(uses, tx, user, { id, read, narrow }));
    },
    refuse: (user, id, reason) => act(user, 'ticket.refuse', id, (deciding) => refusing(deciding, reason)),
    async revoke(user, fresh, id, reason) {
      await spend(user, fresh, 'ticket.revoke', id);
      return act(user, 'ticket.revoke', id, () => revocation(reason));
    },
    report: (user, id, report) => act(user, 'ticket.report', id, () => reporting(report)),
    accept: (user, id) => act(user, 'ticket.accept', id, ({ by }) => acceptance(by)),
    sendBack: (user, id, reason) => act(user, 'ticket.accept', id, () => sendingBack(reason)),
    review: (user, id, verdict, note) =>
      writing(user, 'ticket.review', named(id), (tx) => review(uses, tx, user, id, { verdict, note })),
    get: (user, id) =>
      witnessed(uses, user, 'ticket.read', named(id), () =>
        database.transaction(async (tx) =>
          show(uses, tx, user, (await visibleTicket(tx, uses.policies, user, id)).ticket),
        ),
      ),
    editions: (user, id) =>
      witnessed(uses, user, 'ticket.read', named(id), () =>
        database.transaction(async (tx) =>
          editionsOf(tx, (await visibleTicket(tx, uses.policies, user, id)).ticket.id),
        ),
      ),
    colleagues: (user) =>
      witnessed(uses, user, 'ticket.create', null, async () => {
        uses.policies.authorize(user, 'ticket.create', SYSTEM);
        const { id: own, vendor } = user.account;
        return (await database.transaction(listAccounts))
          .filter(({ person, state }) => state === 'active' && person.role === 'operator' && person.vendor === vendor)
          .map(({ person }) => person)
          .filter(({ id }) => id !== own);
      }),
    list: (user, filter = {}) =>
      witnessed(uses, user, 'ticket.list', null, () => database.transaction((tx) => list(uses, tx, user, filter))),
  };
}

/** Attacker-controlled text, as far as evidence keeps it. */
function named(id: string): Json {
  return { ticket: id.slice(0, 64).toWellFormed() };
}

/** One ticket with all there is to say of it. */
async function show({ clock, timeZone }: TicketUses, tx: Tx, user: AuthenticatedUser, ticket: Ticket) {
  const around = await readSurroundings(tx, ticket.requester);
  const view = viewOf(ticket, around, user, clock.now());
  const shown = ticket.progress.state === 'draft' ? null : await readShown(tx, ticket, timeZone);
  return { ...view, shown, emergencyReview: await readReview(tx, ticket, around) };
}

async function review(
  uses: TicketUses,
  tx: Tx,
  user: AuthenticatedUser,
  id: string,
  { verdict, note: text }: { readonly verdict: Verdict; readonly note: string },
): Promise<Ticket> {
  await requireActive(tx, user);
  const { ticket, resource } = await visibleTicket(tx, uses.policies, user, id);
  const { account, deputyFor } = await allowed(uses, tx, user, 'ticket.review', resource);
  await requireAnotherPerson(tx, user, 'ticket.review', ticket);
  const note = plainText(text, { field: 'note', maxLength: 1000, lines: 'many' });
  await writeReview(tx, ticket, { by: account.id, verdict, note, now: uses.clock.now() });
  await uses.append(tx, {
    type: 'emergency.reviewed',
    actor: actorOf(user),
    source: user.source,
    details: { ticket: ticket.id, verdict, note, ...capacityOf(user), ...(deputyFor !== null && { deputyFor }) },
  });
  return ticket;
}

async function list(
  { clock, policies }: TicketUses,
  tx: Tx,
  user: AuthenticatedUser,
  { state, open = false }: TicketFilter,
): Promise<TicketView[]> {
  policies.authorize(user, 'ticket.list', SYSTEM);
  const now = clock.now();
  const own = user.account.role === 'operator' ? user.account.id : undefined;
  const around = await readSurroundings(tx, own);
  const tickets = own === undefined ? await allTickets(tx) : await ticketsFor(tx, own);
  const mayRead = decidedOnce(
    ({ requester, content }: Ticket) => [requester, ...content.terms.companions].join(),
    (ticket) =>
      policies.allows(user, 'ticket.read', ticketResource(ticket, around.people.get(ticket.requester)?.vendor ?? null)),
  );
  return tickets
    .filter((ticket) => state === undefined || ticket.progress.state === state)
    .filter((ticket) => !open || (ticket.progress.state === 'approved' && windowAt(ticket, now) === 'inside'))
    .filter(mayRead)
    .map((ticket) => viewOf(ticket, around, user, now));
}
