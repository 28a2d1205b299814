// What people do with tickets: each act is one transaction that holds the decision, the change and its evidence.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor } from '../../identity/login/fresh-factor.ts';
import type { Account } from '../../identity/people/account.ts';
import { findAccount, requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, SYSTEM, witnessed } from '../../identity/permission.ts';
import type { Action, TicketAction } from '../../policies/action.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Clock } from '../../store/core/clock.ts';
import { type AccountId, newId, parseId } from '../../store/core/ids.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import { decidedOnce } from '../decided-once.ts';
import { type Act, approval, closing, refusing, revocation, submission, withdrawal } from './act.ts';
import { centreDay } from './centre-time.ts';
import { channelsInvalid, contentHash, parseContent } from './content.ts';
import { advance } from './machine.ts';
import {
  allPlaces,
  allTickets,
  findTicket,
  insertTicket,
  nextTicketNumber,
  saveProgress,
  ticketsFor,
} from './repository.ts';
import { companionsInvalid } from './terms.ts';
import { type Ticket, type TicketBody, type TicketFilter, type TicketView, ticketAbsent } from './ticket.ts';
import { readSurroundings, type Surroundings, viewOf, windowAt } from './view.ts';

/** Every method throws `ticket.absent` for a ticket that does not exist or that the user may not see. */
export interface Tickets {
  /** A draft. */
  create(user: AuthenticatedUser, body: TicketBody): Promise<TicketView>;
  submit(user: AuthenticatedUser, id: string): Promise<TicketView>;
  withdraw(user: AuthenticatedUser, id: string): Promise<TicketView>;
  /** `contentHash`: of what the head has read; another one is `ticket.content-changed`. */
  approve(user: AuthenticatedUser, fresh: FreshFactor, id: string, contentHash: string): Promise<TicketView>;
  refuse(user: AuthenticatedUser, id: string, reason: string): Promise<TicketView>;
  revoke(user: AuthenticatedUser, fresh: FreshFactor, id: string, reason: string): Promise<TicketView>;
  close(user: AuthenticatedUser, id: string, report: string): Promise<TicketView>;
  get(user: AuthenticatedUser, id: string): Promise<TicketView>;
  /** Newest first; operators see their own. */
  list(user: AuthenticatedUser, filter?: TicketFilter): Promise<readonly TicketView[]>;
}

export interface TicketUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
  /** IANA name of the centre's time zone: the day in a ticket's number. */
  readonly timeZone: string;
}

export function createTickets(uses: TicketUses): Tickets {
  const { database, clock, changes } = uses;
  const writing = async (
    user: AuthenticatedUser,
    action: Action,
    request: Json,
    work: (tx: Tx) => Promise<TicketView>,
  ) => {
    const view = await witnessed(uses, user, action, request, () => database.transaction(work));
    changes.publish('tickets');
    return view;
  };
  const act = (user: AuthenticatedUser, action: TicketAction, id: string, make: () => Act): Promise<TicketView> =>
    writing(user, action, named(id), (tx) => perform(uses, tx, user, action, id, make));
  // The factor is spent before the transaction, which may run more than once.
  const freshAct = (user: AuthenticatedUser, fresh: FreshFactor, action: FreshAct, id: string, make: () => Act) =>
    witnessed(uses, user, action, named(id), async () => spendFreshFactor(fresh, user, action, clock)).then(() =>
      act(user, action, id, make),
    );
  return {
    create: (user, body) => writing(user, 'ticket.create', null, (tx) => create(uses, tx, user, body)),
    submit: (user, id) => act(user, 'ticket.submit', id, submission),
    withdraw: (user, id) => act(user, 'ticket.withdraw', id, () => withdrawal(null)),
    approve: (user, fresh, id, contentHash) =>
      freshAct(user, fresh, 'ticket.approve', id, () => approval(user.account.id, contentHash)),
    refuse: (user, id, reason) => act(user, 'ticket.refuse', id, () => refusing(user.account.id, reason)),
    revoke: (user, fresh, id, reason) => freshAct(user, fresh, 'ticket.revoke', id, () => revocation(reason)),
    close: (user, id, report) => act(user, 'ticket.close', id, () => closing(report)),
    get: (user, id) =>
      witnessed(uses, user, 'ticket.read', named(id), () => database.transaction((tx) => get(uses, tx, user, id))),
    list: (user, filter = {}) =>
      witnessed(uses, user, 'ticket.list', null, () => database.transaction((tx) => list(uses, tx, user, filter))),
  };
}

type FreshAct = 'ticket.approve' | 'ticket.revoke';

/** Attacker-controlled text, as far as evidence keeps it. */
function named(id: string): Json {
  return { ticket: id.slice(0, 64).toWellFormed() };
}

async function get(uses: TicketUses, tx: Tx, user: AuthenticatedUser, id: string): Promise<TicketView> {
  const { ticket } = await visible(uses, tx, user, id);
  return viewOf(ticket, await readSurroundings(tx, ticket.requester), user, uses.clock.now());
}

async function perform(
  uses: TicketUses,
  tx: Tx,
  user: AuthenticatedUser,
  action: TicketAction,
  id: string,
  make: () => Act,
): Promise<TicketView> {
  const { clock, append, policies } = uses;
  await requireActive(tx, user);
  const { ticket, resource } = await visible(uses, tx, user, id);
  policies.authorize(user, action, resource);
  const { command, evidence } = make();
  const now = clock.now();
  const progress = advance(ticket, command, now);
  const saved = await saveProgress(tx, ticket, progress, now);
  await append(tx, evidence(saved, { actor: actorOf(user), source: user.source }));
  return viewOf(saved, await readSurroundings(tx, saved.requester), user, now);
}

/** The ticket, if this user may see it; otherwise it does not exist. */
async function visible({ policies }: TicketUses, tx: Tx, user: AuthenticatedUser, id: string) {
  const ticketId = parseId('tkt', id);
  const ticket = ticketId && (await findTicket(tx, ticketId));
  if (ticket === undefined) throw ticketAbsent();
  const resource = await resourceOf(tx, ticket);
  if (!policies.allows(user, 'ticket.read', resource)) throw ticketAbsent();
  return { ticket, resource };
}

/** The ticket as the policies see it. */
export async function resourceOf(tx: Tx, { id, requester, content }: Pick<Ticket, 'id' | 'requester' | 'content'>) {
  const account = await findAccount(tx, requester);
  const { companions } = content.terms;
  return { kind: 'ticket' as const, id, requester, requesterVendor: account?.person.vendor ?? null, companions };
}

/** Each is an active operator of the requester's company, and somebody else. */
async function checkCompanions(tx: Tx, { person }: Account, companions: readonly AccountId[]): Promise<void> {
  for (const id of companions) {
    const other = await findAccount(tx, id);
    const same = other?.person.role === 'operator' && other.person.vendor === person.vendor;
    if (!same || other.state !== 'active' || id === person.id) throw companionsInvalid();
  }
}

async function create(uses: TicketUses, tx: Tx, user: AuthenticatedUser, body: TicketBody): Promise<TicketView> {
  const { clock, append, policies, timeZone } = uses;
  policies.authorize(user, 'ticket.create', SYSTEM);
  const asking = await requireActive(tx, user);
  const now = clock.now();
  const content = parseContent(body, now);
  await checkCompanions(tx, asking, content.terms.companions);
  const places = (await allPlaces(tx)).filter(({ retired }) => !retired);
  if (!content.channels.every((channel) => places.some((each) => each.targetAccountId === channel.targetAccountId))) {
    throw channelsInvalid();
  }
  const requester = user.account.id;
  const ticket: Ticket = {
    id: newId('tkt'),
    number: await nextTicketNumber(tx, centreDay(now, timeZone)),
    requester,
    content,
    contentHash: contentHash(requester, content, places),
    progress: { state: 'draft' },
    extensions: [],
    createdAt: now,
    version: 1,
  };
  await insertTicket(tx, ticket);
  await append(tx, {
    type: 'ticket.created',
    actor: actorOf(user),
    source: user.source,
    details: { ticket: ticket.id, number: ticket.number, contentHash: ticket.contentHash },
  });
  return viewOf(ticket, await readSurroundings(tx, requester), user, now);
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
    (ticket) => policies.allows(user, 'ticket.read', ticketResource(ticket, around.people)),
  );
  return tickets
    .filter((ticket) => state === undefined || ticket.progress.state === state)
    .filter((ticket) => !open || (ticket.progress.state === 'approved' && windowAt(ticket, now) === 'inside'))
    .filter(mayRead)
    .map((ticket) => viewOf(ticket, around, user, now));
}

function ticketResource({ id, requester, content }: Ticket, people: Surroundings['people']) {
  const requesterVendor = people.get(requester)?.vendor ?? null;
  return { kind: 'ticket' as const, id, requester, requesterVendor, companions: content.terms.companions };
}
