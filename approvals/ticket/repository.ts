// Tickets in the database. Saving is compare-and-swap on the version: exactly one row must change, and the transition
// is written down beside it.

import type { ExpressionBuilder, Selectable } from 'kysely';
import type { AccountId, TicketId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { Tables } from '../../store/schema/tables.ts';
import type { AgreedChannel } from './agreed-channel.ts';
import type { ChannelPlace } from './content.ts';
import { grantedExtensions } from './granted-extensions.ts';
import { inForce } from './in-force.ts';
import { channelRows, passageOf, progressColumns, termsColumn, ticketOf, withRow } from './row.ts';
import { type Ticket, type TicketProgress, ticketChanged } from './ticket.ts';
import { LONGEST_WINDOW_MS, lastEnd } from './windows.ts';

/** The next number of that day: a row of its own, so that two tickets at once wait for each other. */
export async function nextTicketNumber(tx: Tx, day: string): Promise<string> {
  const row = await tx
    .insertInto('ticket_day')
    .values({ day, last: 1 })
    .onConflict((conflict) => conflict.column('day').doUpdateSet({ last: (eb) => eb('ticket_day.last', '+', 1) }))
    .returning('last')
    .executeTakeFirstOrThrow();
  return `BG-${day}-${String(row.last).padStart(2, '0')}`;
}

export async function insertTicket(tx: Tx, ticket: Ticket): Promise<void> {
  await tx
    .insertInto('ticket')
    .values({
      id: ticket.id,
      number: ticket.number,
      requester_id: ticket.requester,
      ...contentColumns(ticket),
      created_at: ticket.createdAt,
      version: ticket.version,
      ...progressColumns(ticket.progress),
    })
    .execute();
  await insertAgreed(tx, ticket);
}

function contentColumns({ content, contentHash, edition }: Pick<Ticket, 'content' | 'contentHash' | 'edition'>) {
  return {
    purpose: content.purpose,
    plan: content.plan,
    window_start: content.windowStart,
    window_end: content.windowEnd,
    sources: JSON.stringify(content.sources),
    terms: termsColumn(content),
    content_hash: contentHash,
    edition,
  };
}

async function insertAgreed(tx: Tx, ticket: Ticket): Promise<void> {
  await tx.insertInto('ticket_channel').values(channelRows(ticket)).execute();
  await insertCompanions(tx, ticket);
}

/** So that a companion's tickets are found; who is one, the terms say, which the hash covers. */
async function insertCompanions(tx: Tx, { id, content }: Ticket): Promise<void> {
  const rows = content.terms.companions.map((account_id) => ({ ticket_id: id, account_id }));
  if (rows.length > 0) await tx.insertInto('ticket_companion').values(rows).execute();
}

/** Throws `ticket.changed` when somebody was faster. */
export async function saveProgress(tx: Tx, ticket: Ticket, progress: TicketProgress, now: number): Promise<Ticket> {
  // Before the state: the database counts who has decided.
  await insertDecisions(tx, ticket, progress);
  return save(tx, ticket, { progress }, now);
}

/** What is asked for, written anew; the ticket is a draft again. Throws `ticket.changed`. */
export async function saveRevision(
  tx: Tx,
  ticket: Ticket,
  revision: Pick<Ticket, 'content' | 'contentHash' | 'progress'>,
  now: number,
): Promise<Ticket> {
  // A draft of an edition that nobody has seen is written over.
  const edition = ticket.progress.state === 'draft' ? ticket.edition : ticket.edition + 1;
  const saved = await save(tx, ticket, { ...revision, edition }, now);
  await tx.deleteFrom('ticket_channel').where('ticket_id', '=', ticket.id).execute();
  await tx.deleteFrom('ticket_companion').where('ticket_id', '=', ticket.id).execute();
  await insertAgreed(tx, saved);
  return saved;
}

async function save(
  tx: Tx,
  ticket: Ticket,
  change: Partial<Pick<Ticket, 'progress' | 'content' | 'contentHash' | 'edition'>>,
  now: number,
): Promise<Ticket> {
  const saved = { ...ticket, ...change, version: ticket.version + 1 };
  const result = await tx
    .updateTable('ticket')
    .set({
      ...(change.content === undefined ? {} : contentColumns(saved)),
      ...progressColumns(saved.progress),
      version: saved.version,
    })
    .where('id', '=', ticket.id)
    .where('version', '=', ticket.version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) throw ticketChanged();
  await tx
    .insertInto('ticket_transition')
    .values({
      ticket_id: ticket.id,
      version: saved.version,
      from_state: ticket.progress.state,
      to_state: saved.progress.state,
      at: now,
    })
    .execute();
  return saved;
}

async function insertDecisions(
  tx: Tx,
  { id, edition, progress: before }: Ticket,
  after: TicketProgress,
): Promise<void> {
  const [old, now] = [passageOf(before), passageOf(after)];
  if (now === null) return;
  const given = now.given.slice(old?.given.length ?? 0).map((decision) => ({ step: 'approve' as const, decision }));
  const filing = now.filing !== null && !old?.filing ? [{ step: 'file' as const, decision: now.filing }] : [];
  const rows = [...filing, ...given].map(({ step, decision: { by, at, deputyFor } }) => ({
    ticket_id: id,
    edition,
    account_id: by,
    step,
    at,
    deputy_for: deputyFor,
  }));
  if (rows.length > 0) await tx.insertInto('ticket_decision').values(rows).execute();
}

export async function findTicket(tx: Tx, id: TicketId): Promise<Ticket | undefined> {
  return (await findTickets(tx, (is) => is('id', '=', id)))[0];
}

export async function ticketsOf(tx: Tx, requester: AccountId): Promise<Ticket[]> {
  return findTickets(tx, (is) => is('requester_id', '=', requester));
}

/** What this person asked for, or is named in as a companion. */
export async function ticketsFor(tx: Tx, person: AccountId): Promise<Ticket[]> {
  const found = await findTickets(tx, (is) =>
    is.or([
      is('requester_id', '=', person),
      is('id', 'in', (of) => of.selectFrom('ticket_companion').select('ticket_id').where('account_id', '=', person)),
    ]),
  );
  return found.filter(({ requester, content }) => requester === person || content.terms.companions.includes(person));
}

/** Approved tickets whose last window is not over. */
export async function approvedTickets(tx: Tx, now: number): Promise<Ticket[]> {
  // However much was added to it, no window lasts longer than the longest.
  const found = await findTickets(tx, (is) =>
    is.and([is('state', '=', 'approved'), is('window_end', '>', now - LONGEST_WINDOW_MS)]),
  );
  return found.filter((ticket) => lastEnd(inForce(ticket).windows) > now);
}

/** Of one requester, or of everybody. */
export async function closedTickets(tx: Tx, requester?: AccountId): Promise<Ticket[]> {
  return findTickets(tx, (is) =>
    is.and([is('state', '=', 'closed'), requester === undefined ? is.lit(true) : is('requester_id', '=', requester)]),
  );
}

/** Of these people, approved and used or not, newest first; at most so many. */
export async function approvedBefore(
  tx: Tx,
  requesters: readonly AccountId[],
  before: number,
  most: number,
): Promise<Ticket[]> {
  if (requesters.length === 0) return [];
  const rows = await tx
    .selectFrom('ticket')
    .select('id')
    .where('requester_id', 'in', requesters)
    .where('state', 'in', ['approved', 'reported', 'closed'])
    .where('created_at', '<', before)
    .orderBy('created_at', 'desc')
    .limit(most)
    .execute();
  const ids = rows.map(({ id }) => id);
  return ids.length === 0 ? [] : findTickets(tx, (is) => is('id', 'in', ids));
}

/** Newest first. */
export async function allTickets(tx: Tx): Promise<Ticket[]> {
  return findTickets(tx, (is) => is.lit(true));
}

type Condition = ExpressionBuilder<Tables, 'ticket'>;

async function findTickets(tx: Tx, filter: (is: Condition) => ReturnType<Condition['and']>): Promise<Ticket[]> {
  const rows = await tx
    .selectFrom('ticket')
    .selectAll()
    .where(filter)
    .orderBy('created_at', 'desc')
    .orderBy('number', 'desc')
    .execute();
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [channels, decisions] = [await agreedChannels(tx, ids), await decisionsOf(tx, ids)];
  const extensions = await grantedExtensions(tx, ids);
  return rows.map((row) => {
    const current = (decisions.get(row.id) ?? []).filter(({ edition }) => edition === row.edition);
    return ticketOf(row, channels.get(row.id) ?? [], current, extensions.get(row.id) ?? []);
  });
}

async function agreedChannels(tx: Tx, tickets: readonly TicketId[]): Promise<Map<TicketId, AgreedChannel[]>> {
  const found = new Map<TicketId, AgreedChannel[]>();
  for (const some of inPieces(tickets)) {
    const rows = await tx
      .selectFrom('ticket_channel')
      .selectAll()
      .where('ticket_id', 'in', some)
      .orderBy('target_account_id')
      .orderBy('kind')
      .execute();
    for (const row of rows) {
      found.set(row.ticket_id, withRow(found.get(row.ticket_id) ?? [], row));
    }
  }
  return found;
}

/** In the order in which they were taken. */
async function decisionsOf(tx: Tx, tickets: readonly TicketId[]) {
  const all = tx.selectFrom('ticket_decision').selectAll();
  // Of very many tickets it is less to read what there is than to name them all.
  const found = await (tickets.length > MANY ? all : all.where('ticket_id', 'in', tickets)).execute();
  const inOrder = found.sort((a, b) => a.at - b.at || (a.step === 'file' ? -1 : 1));
  return Map.groupBy(inOrder, ({ ticket_id }) => ticket_id);
}

/** Databases bound the number of parameters of one statement. */
const MANY = 500;

function inPieces<T>(all: readonly T[]): readonly T[][] {
  const pieces: T[][] = [];
  for (let at = 0; at < all.length; at += MANY) pieces.push(all.slice(at, at + MANY));
  return pieces;
}

/** A target account with its target, and whether both are still in use. */
export interface Place extends ChannelPlace {
  readonly targetId: Selectable<Tables['target']>['id'];
  readonly hostKey: string;
  readonly retired: boolean;
}

export async function allPlaces(tx: Tx): Promise<Place[]> {
  const rows = await tx
    .selectFrom('target_account')
    .innerJoin('target', 'target.id', 'target_account.target_id')
    .select([
      'target_account.id as targetAccountId',
      'target_account.login',
      'target_account.retired_at as accountRetired',
      'target.id as targetId',
      'target.name as target',
      'target.host',
      'target.port',
      'target.host_key as hostKey',
      'target.retired_at as targetRetired',
    ])
    .execute();
  return rows.map(({ accountRetired, targetRetired, ...place }) => ({
    ...place,
    retired: accountRetired !== null || targetRetired !== null,
  }));
}
