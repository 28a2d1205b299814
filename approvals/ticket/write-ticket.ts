// Writing a ticket: drafting it, writing it anew, submitting it.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { Account } from '../../identity/people/account.ts';
import { findAccount, requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, capacityOf, SYSTEM } from '../../identity/permission.ts';
import { type AccountId, newId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import { contentWith } from '../attachments/content-files.ts';
import { routeOf } from '../routes/route-of.ts';
import { submission } from './act.ts';
import { centreDay } from './centre-time.ts';
import { channelsInvalid, contentHash, parseContent } from './content.ts';
import { keepEdition } from './editions.ts';
import { advance } from './machine.ts';
import { allPlaces, insertTicket, nextTicketNumber, saveProgress, saveRevision } from './repository.ts';
import { companionsInvalid } from './terms.ts';
import type { Ticket, TicketBody, TicketContent } from './ticket.ts';
import type { TicketUses } from './ticket-uses.ts';
import { visibleTicket } from './visible-ticket.ts';

export async function createTicket(
  uses: TicketUses,
  tx: Tx,
  user: AuthenticatedUser,
  body: TicketBody,
): Promise<Ticket> {
  const { clock, append, policies, timeZone } = uses;
  policies.authorize(user, 'ticket.create', SYSTEM);
  const asking = await requireActive(tx, user);
  const now = clock.now();
  const asked = await readBody(tx, asking, body, now);
  const ticket: Ticket = {
    id: newId('tkt'),
    number: await nextTicketNumber(tx, centreDay(now, timeZone)),
    requester: user.account.id,
    ...asked,
    progress: { state: 'draft' },
    edition: 1,
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
  return ticket;
}

/** What was decided about the edition before is void; the ticket is a draft again. */
export async function reviseTicket(
  uses: TicketUses,
  tx: Tx,
  user: AuthenticatedUser,
  id: string,
  body: TicketBody,
): Promise<Ticket> {
  const { clock, append, policies } = uses;
  const asking = await requireActive(tx, user);
  const { ticket, resource } = await visibleTicket(tx, policies, user, id);
  policies.authorize(user, 'ticket.revise', resource);
  const now = clock.now();
  const progress = advance(ticket, { type: 'revise' }, now);
  const saved = await saveRevision(tx, ticket, { ...(await readBody(tx, asking, body, now, ticket)), progress }, now);
  await append(tx, {
    type: 'ticket.revised',
    actor: actorOf(user),
    source: user.source,
    details: { ticket: saved.id, contentHash: saved.contentHash },
  });
  return saved;
}

export async function submitTicket(uses: TicketUses, tx: Tx, user: AuthenticatedUser, id: string): Promise<Ticket> {
  const { clock, append, policies } = uses;
  await requireActive(tx, user);
  const { ticket: found, resource } = await visibleTicket(tx, policies, user, id);
  policies.authorize(user, 'ticket.submit', resource);
  const now = clock.now();
  const { command, evidence } = submission(await routeOf(tx, found.content));
  const progress = advance(found, command, now);
  const places = await allPlaces(tx);
  const ticket = await asItStands(tx, found, contentHash(found.requester, found.content, places), now);
  const saved = await saveProgress(tx, ticket, progress, now);
  await keepEdition(tx, saved, places, now);
  await append(tx, evidence(saved, { actor: actorOf(user), source: user.source }, capacityOf(user)));
  return saved;
}

/** A target may have been moved since the draft was written: what is submitted is where it is now. */
async function asItStands(tx: Tx, ticket: Ticket, hash: string, now: number): Promise<Ticket> {
  if (hash === ticket.contentHash) return ticket;
  return saveRevision(tx, ticket, { content: ticket.content, contentHash: hash, progress: ticket.progress }, now);
}

async function readBody(
  tx: Tx,
  asking: Account,
  body: TicketBody,
  now: number,
  before?: Ticket,
): Promise<{ readonly content: TicketContent; readonly contentHash: string }> {
  // Files are added and removed by themselves; what is written anew keeps them.
  const content = contentWith(parseContent(body, now), before?.content.terms.attachments ?? []);
  await checkCompanions(tx, asking, content.terms.companions);
  const places = (await allPlaces(tx)).filter(({ retired }) => !retired);
  if (!content.channels.every((channel) => places.some((each) => each.targetAccountId === channel.targetAccountId))) {
    throw channelsInvalid();
  }
  return { content, contentHash: contentHash(asking.person.id, content, places) };
}

/** Each is an active operator of the requester's company, and somebody else. */
async function checkCompanions(tx: Tx, { person }: Account, companions: readonly AccountId[]): Promise<void> {
  for (const id of companions) {
    const other = await findAccount(tx, id);
    const same = other?.person.role === 'operator' && other.person.vendor === person.vendor;
    if (!same || other.state !== 'active' || id === person.id) throw companionsInvalid();
  }
}
