// Sessions in the database, joined with the names people read.

import type { Person } from '../../identity/people/account.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { ChannelKind } from '../../store/core/channel-terms.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import type { AccountId, SessionId, TicketId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import { destinationText } from '../ticket/destination.ts';
import type { ApprovedChannel } from './approved-channel.ts';

export interface SessionView {
  readonly id: SessionId;
  readonly ticket: { readonly id: TicketId; readonly number: string; readonly purpose: string };
  readonly account: Person;
  readonly target: string;
  readonly login: string;
  readonly kind: ChannelKind;
  readonly via: 'ssh' | 'web';
  readonly source: string;
  readonly command: string | null;
  /** Where a forwarded connection went, `host:port`; null for the other kinds. */
  readonly destination: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly endReason: EndReason | null;
  readonly exitStatus: number | null;
  readonly exitSignal: string | null;
  readonly recordedBytes: number | null;
}

export interface SessionSelection {
  readonly session?: SessionId;
  /** Not more than a statement has parameters. */
  readonly among?: readonly SessionId[];
  /** Text from outside; one that names nothing finds nothing. */
  readonly ticket?: string;
  readonly account?: string;
  readonly owner?: AccountId;
  readonly live?: boolean;
}

export async function insertSession(tx: Tx, approved: ApprovedChannel, now: number): Promise<void> {
  await tx
    .insertInto('session')
    .values({
      id: approved.session,
      ticket_id: approved.ticket.id,
      account_id: approved.user.account.id,
      target_account_id: approved.targetAccount.id,
      kind: approved.kind,
      via: approved.via,
      source: approved.source,
      command: approved.command,
      destination: approved.destination && destinationText(approved.destination),
      started_at: now,
      ended_at: null,
      end_reason: null,
      exit_status: null,
      exit_signal: null,
      recorded_bytes: null,
      recording_heads: null,
    })
    .execute();
}

/** Newest first. */
export async function findSessions(tx: Tx, { session, among, ticket, account, owner, live }: SessionSelection) {
  if (among?.length === 0) return [];
  let query = joined(tx);
  if (among !== undefined) query = query.where('session.id', 'in', among);
  if (session !== undefined) query = query.where('session.id', '=', session);
  if (owner !== undefined) query = query.where('session.account_id', '=', owner);
  if (ticket !== undefined) query = query.where((is) => is(is.cast<string>('session.ticket_id', 'text'), '=', ticket));
  if (account !== undefined)
    query = query.where((is) => is(is.cast<string>('session.account_id', 'text'), '=', account));
  if (live !== undefined) query = query.where('session.ended_at', live ? 'is' : 'is not', null);
  const rows = await query.orderBy('session.started_at', 'desc').orderBy('session.id', 'desc').execute();
  return rows.map(viewOf);
}

/** What was written down of a session's tracks when it ended. */
export async function findTracks(tx: Tx, session: SessionId): Promise<Json | null> {
  const row = await tx.selectFrom('session').select('recording_heads').where('id', '=', session).executeTakeFirst();
  return row === undefined || row.recording_heads === null ? null : (JSON.parse(row.recording_heads) as Json);
}

export async function unendedByAccount(tx: Tx): Promise<ReadonlyMap<AccountId, number>> {
  const rows = await tx
    .selectFrom('session')
    .select((is) => ['account_id', is.fn.countAll().as('count')])
    .where('ended_at', 'is', null)
    .groupBy('account_id')
    .execute();
  return new Map(rows.map((row) => [row.account_id, Number(row.count)]));
}

function joined(tx: Tx) {
  return tx
    .selectFrom('session')
    .innerJoin('ticket', 'ticket.id', 'session.ticket_id')
    .innerJoin('account', 'account.id', 'session.account_id')
    .innerJoin('target_account', 'target_account.id', 'session.target_account_id')
    .innerJoin('target', 'target.id', 'target_account.target_id')
    .selectAll('session')
    .select([
      'ticket.number',
      'ticket.purpose',
      'account.name',
      'account.display_name',
      'account.role',
      'account.vendor',
      'target.name as target',
      'target_account.login',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof joined>['execute']>>[number];

function viewOf(row: Row): SessionView {
  const { name, display_name: displayName, role, vendor } = row;
  return {
    id: row.id,
    ticket: { id: row.ticket_id, number: row.number, purpose: row.purpose },
    account: { id: row.account_id, name, displayName, role, vendor },
    target: row.target,
    login: row.login,
    kind: row.kind,
    via: row.via,
    source: row.source,
    command: row.command,
    destination: row.destination,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    endReason: row.end_reason,
    exitStatus: row.exit_status,
    exitSignal: row.exit_signal,
    recordedBytes: row.recorded_bytes,
  };
}

/** Those without a row, whose recording no event names. */
export async function unknownSessions(tx: Tx, sessions: readonly SessionId[]): Promise<SessionId[]> {
  const known = new Set<string>();
  // Databases bound the number of parameters of one statement.
  for (let at = 0; at < sessions.length; at += 500) {
    const rows = await tx
      .selectFrom('session')
      .select('id')
      .where('id', 'in', sessions.slice(at, at + 500))
      .execute();
    for (const { id } of rows) known.add(id);
  }
  const unknown: SessionId[] = [];
  for (const id of sessions.filter((session) => !known.has(session))) {
    const event = await tx
      .selectFrom('evidence')
      .select('leaf_index')
      .where('leaf', 'like', `%"session":"${id}"%`)
      .executeTakeFirst();
    if (event === undefined) unknown.push(id);
  }
  return unknown;
}
