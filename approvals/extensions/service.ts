// Asking for more time and deciding about it: each act is one transaction that holds the decision, the change and its
// evidence. What is granted holds from the commit on; live channels are asked about again and go on.

import type { AppendEvidence, EvidenceEvent } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor } from '../../identity/login/fresh-factor.ts';
import type { Person } from '../../identity/people/account.ts';
import { listAccounts, requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, witnessed } from '../../identity/permission.ts';
import { plainText } from '../../identity/plain-text.ts';
import type { TicketAction } from '../../policies/action.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Clock } from '../../store/core/clock.ts';
import { type AccountId, newId, parseId } from '../../store/core/ids.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import type { WindowTime } from '../access/window-time.ts';
import { requireAnotherPerson } from '../ticket/another-person.ts';
import { allowed } from '../ticket/decide-ticket.ts';
import { findTicket } from '../ticket/repository.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { resourceOf, visibleTicket } from '../ticket/visible-ticket.ts';
import { extendable, wantedEnd } from './bounds.ts';
import {
  type ExtensionView,
  type ExtensionWish,
  extensionAbsent,
  extensionPending,
  type WantedTime,
} from './extension.ts';
import { advance, type ExtensionCommand, isExpired } from './machine.ts';
import { findExtension, findExtensions, insertExtension, saveExtension } from './repository.ts';

/** What does not exist and what the user may not see are the same: `ticket.absent`, `extension.absent`. */
export interface Extensions {
  ask(user: AuthenticatedUser, ticket: string, wanted: WantedTime, reason: string): Promise<ExtensionView>;
  withdraw(user: AuthenticatedUser, id: string): Promise<ExtensionView>;
  grant(user: AuthenticatedUser, fresh: FreshFactor, id: string): Promise<ExtensionView>;
  refuse(user: AuthenticatedUser, id: string, reason: string): Promise<ExtensionView>;
  /** Newest first. */
  list(user: AuthenticatedUser, ticket: string): Promise<readonly ExtensionView[]>;
}

export interface ExtensionUses {
  readonly database: Database;
  readonly clock: Clock;
  /** Windows are judged by it, as the gate does. */
  readonly time: WindowTime;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
}

export function createExtensions(uses: ExtensionUses): Extensions {
  const { database, clock, changes } = uses;
  const writing = async (
    user: AuthenticatedUser,
    action: TicketAction,
    request: Json,
    work: (tx: Tx) => Promise<ExtensionView>,
  ): Promise<ExtensionView> => {
    const view = await witnessed(uses, user, action, request, () => database.transaction(work));
    changes.publish('tickets');
    return view;
  };
  const act = (user: AuthenticatedUser, id: string, action: TicketAction, make: () => ExtensionCommand) =>
    writing(user, action, named('extension', id), (tx) => perform(uses, tx, user, id, action, make));
  return {
    ask: (user, ticket, wanted, reason) =>
      writing(user, 'extension.ask', named('ticket', ticket), (tx) => ask(uses, tx, user, ticket, wanted, reason)),
    withdraw: (user, id) => act(user, id, 'extension.withdraw', () => ({ type: 'withdraw' })),
    // The factor is spent before the transaction, which may run more than once.
    grant: (user, fresh, id) =>
      witnessed(uses, user, 'extension.grant', named('extension', id), async () =>
        spendFreshFactor(fresh, user, 'extension.grant', clock),
      ).then(() => act(user, id, 'extension.grant', () => ({ type: 'grant', by: user.account.id }))),
    refuse: (user, id, reason) =>
      act(user, id, 'extension.refuse', () => ({ type: 'refuse', by: user.account.id, reason: reasonOf(reason) })),
    list: (user, ticket) =>
      witnessed(uses, user, 'ticket.read', named('ticket', ticket), () =>
        database.transaction((tx) => list(uses, tx, user, ticket)),
      ),
  };
}

/** What somebody who leaves has asked for is no wish any more. */
export async function withdrawExtensionsOf(tx: Tx, asker: AccountId, append: AppendEvidence): Promise<void> {
  for (const wish of await findExtensions(tx, { openOf: asker })) {
    const saved = await saveExtension(tx, wish, { state: 'withdrawn' });
    await append(tx, { type: 'extension.withdrawn', actor: { kind: 'system' }, details: detailsOf(saved) });
  }
}

/** Attacker-controlled text, as far as evidence keeps it. */
function named(what: 'ticket' | 'extension', id: string): Json {
  return { [what]: id.slice(0, 64).toWellFormed() };
}

function reasonOf(text: string): string {
  return plainText(text, { field: 'reason', maxLength: 1000, lines: 'many' });
}

async function ask(
  uses: ExtensionUses,
  tx: Tx,
  user: AuthenticatedUser,
  id: string,
  wanted: WantedTime,
  reason: string,
): Promise<ExtensionView> {
  await requireActive(tx, user);
  const { ticket, resource } = await visibleTicket(tx, uses.policies, user, id);
  uses.policies.authorize(user, 'extension.ask', resource);
  const open = extendable(ticket, uses.time.now());
  const asked = await findExtensions(tx, { ticket: ticket.id });
  if (asked.some(({ progress, window }) => progress.state === 'asked' && window === open.window)) {
    throw extensionPending();
  }
  const wish: ExtensionWish = {
    id: newId('ext'),
    ticket: ticket.id,
    window: open.window,
    fromEnd: open.end,
    until: wantedEnd(ticket, open, wanted),
    asker: user.account.id,
    reason: reasonOf(reason),
    progress: { state: 'asked' },
    askedAt: uses.clock.now(),
    version: 1,
  };
  await insertExtension(tx, wish);
  await uses.append(tx, { ...eventOf(wish), actor: actorOf(user), source: user.source });
  return viewOf(wish, ticket, await peopleOf(tx), uses.time.now());
}

async function perform(
  uses: ExtensionUses,
  tx: Tx,
  user: AuthenticatedUser,
  id: string,
  action: TicketAction,
  make: () => ExtensionCommand,
): Promise<ExtensionView> {
  await requireActive(tx, user);
  const { wish, ticket } = await visible(uses, tx, user, id);
  const { deputyFor } = await allowed(uses, tx, user, action, await resourceOf(tx, ticket));
  await requireAnotherPerson(tx, user, action, ticket);
  // Windows are judged by a time that never goes back; what is written down is the clock's.
  const progress = advance(wish, ticket, make(), uses.time.now());
  const saved = await saveExtension(tx, wish, stamped(progress, uses.clock.now()));
  await uses.append(tx, { ...eventOf(saved, deputyFor), actor: actorOf(user), source: user.source });
  const extended = await visibleTicket(tx, uses.policies, user, wish.ticket);
  return viewOf(saved, extended.ticket, await peopleOf(tx), uses.time.now());
}

function stamped(progress: ExtensionWish['progress'], at: number): ExtensionWish['progress'] {
  if (progress.state === 'granted') return { ...progress, grant: { ...progress.grant, at } };
  return progress.state === 'refused' ? { ...progress, refusal: { ...progress.refusal, at } } : progress;
}

async function visible(uses: ExtensionUses, tx: Tx, user: AuthenticatedUser, id: string) {
  const extensionId = parseId('ext', id);
  const wish = extensionId && (await findExtension(tx, extensionId));
  const ticket = wish && (await findTicket(tx, wish.ticket));
  if (wish === undefined || ticket === undefined) throw extensionAbsent();
  if (!uses.policies.allows(user, 'ticket.read', await resourceOf(tx, ticket))) throw extensionAbsent();
  return { wish, ticket };
}

async function list(uses: ExtensionUses, tx: Tx, user: AuthenticatedUser, id: string): Promise<ExtensionView[]> {
  const { ticket } = await visibleTicket(tx, uses.policies, user, id);
  const people = await peopleOf(tx);
  const now = uses.time.now();
  return (await findExtensions(tx, { ticket: ticket.id })).map((wish) => viewOf(wish, ticket, people, now));
}

type People = ReadonlyMap<AccountId, Person>;

async function peopleOf(tx: Tx): Promise<People> {
  return new Map((await listAccounts(tx)).map(({ person }) => [person.id, person]));
}

function viewOf(wish: ExtensionWish, ticket: Ticket, people: People, now: number): ExtensionView {
  const { id, window, fromEnd, until, asker, reason, progress, askedAt } = wish;
  const decision = 'grant' in progress ? progress.grant : 'refusal' in progress ? progress.refusal : null;
  return {
    id,
    ticket: { id: ticket.id, number: ticket.number },
    window,
    fromEnd,
    until,
    asker: known(people, asker),
    reason,
    state: isExpired(wish, ticket, now) ? 'expired' : progress.state,
    decider: decision && known(people, decision.by),
    decidedAt: decision?.at ?? null,
    decisionReason: 'reason' in progress ? progress.reason : null,
    askedAt,
  };
}

function known(people: People, id: AccountId): Person {
  const person = people.get(id);
  if (person === undefined) throw new Error(`expected a row for ${id}`);
  return person;
}

function detailsOf({ id: extension, ticket, window, until }: ExtensionWish) {
  return { extension, ticket, window, until };
}

function eventOf(wish: ExtensionWish, deputyFor: AccountId | null = null): EvidenceEvent {
  const details = { ...detailsOf(wish), ...(deputyFor === null ? {} : { deputyFor }) };
  const actor = { kind: 'system' } as const;
  switch (wish.progress.state) {
    case 'asked':
      return { type: 'extension.asked', actor, details: { ...details, reason: wish.reason } };
    case 'granted':
      return { type: 'ticket.extended', actor, details };
    case 'refused':
      return { type: 'extension.refused', actor, details: { ...details, reason: wish.progress.reason } };
    case 'withdrawn':
      return { type: 'extension.withdrawn', actor, details };
  }
}
