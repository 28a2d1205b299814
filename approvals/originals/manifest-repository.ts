// The manifests and their items, as rows.

import type { Insertable, Selectable } from 'kysely';
import type { FilePath } from '../../audit/events/file-path.ts';
import type { AccountId, ManifestId, SessionId, TargetAccountId, TargetId, TicketId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { OriginalItemTable, OriginalManifestTable } from '../../store/schema/session-tables.ts';
import type { Item, Manifest } from './manifest.ts';

/** Databases bound the number of parameters of one statement. */
const ROWS_AT_ONCE = 500;

export async function insertManifest(tx: Tx, manifest: Manifest): Promise<void> {
  await tx.insertInto('original_manifest').values(manifestRow(manifest)).execute();
}

/** `from`: the number of the first. */
export async function insertItems(tx: Tx, id: ManifestId, from: number, items: readonly Item[]): Promise<void> {
  for (let at = 0; at < items.length; at += ROWS_AT_ONCE) {
    const rows = items.slice(at, at + ROWS_AT_ONCE).map((item, nth) => itemRow(id, from + at + nth, item));
    await tx.insertInto('original_item').values(rows).execute();
  }
}

/** Of a ticket, oldest first. */
export async function manifestsOf(tx: Tx, ticket: TicketId): Promise<Manifest[]> {
  const rows = await tx
    .selectFrom('original_manifest')
    .selectAll()
    .where('ticket_id', '=', ticket)
    .orderBy('at')
    .orderBy('purpose')
    .orderBy('id')
    .execute();
  return rows.map(manifestOf);
}

export async function itemsOf(tx: Tx, manifest: ManifestId): Promise<Item[]> {
  const rows = await tx
    .selectFrom('original_item')
    .selectAll()
    .where('manifest_id', '=', manifest)
    .orderBy('n')
    .execute();
  return rows.map(itemOf);
}

export async function pageOfItems(tx: Tx, manifest: ManifestId, from: number, most: number): Promise<Item[]> {
  const rows = await tx
    .selectFrom('original_item')
    .selectAll()
    .where('manifest_id', '=', manifest)
    .where('n', '>=', from)
    .orderBy('n')
    .limit(most)
    .execute();
  return rows.map(itemOf);
}

/** The first ticket of that requester under which a file with this content was copied before it could change. */
export async function originalOwner(tx: Tx, sha256: string, requester: AccountId): Promise<TicketId | undefined> {
  const found = await tx
    .selectFrom('original_item')
    .innerJoin('original_manifest', 'original_manifest.id', 'original_item.manifest_id')
    .innerJoin('ticket', 'ticket.id', 'original_manifest.ticket_id')
    .select('ticket.id')
    .where('original_item.sha256', '=', sha256)
    .where('original_manifest.purpose', '!=', 'closing')
    .where('ticket.requester_id', '=', requester)
    .orderBy('original_manifest.at')
    .executeTakeFirst();
  return found?.id;
}

export async function touchedIn(
  tx: Tx,
  session: SessionId,
): Promise<{ readonly id: ManifestId; readonly items: number } | undefined> {
  const found = await tx
    .selectFrom('original_manifest')
    .select('id')
    .where('session_id', '=', session)
    .where('purpose', '=', 'touched')
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const { last } = await tx
    .selectFrom('original_item')
    .select((is) => is.fn.max('n').as('last'))
    .where('manifest_id', '=', found.id)
    .executeTakeFirstOrThrow();
  return { id: found.id, items: last === null ? 0 : Number(last) + 1 };
}

/** Whether a session under another ticket was live on that target at any time since; an open one is. */
export async function othersSince(tx: Tx, target: TargetId, ticket: TicketId, since: number): Promise<boolean> {
  const found = await tx
    .selectFrom('session')
    .innerJoin('target_account', 'target_account.id', 'session.target_account_id')
    .select('session.id')
    .where('target_account.target_id', '=', target)
    .where('session.ticket_id', '!=', ticket)
    .where((is) => is.or([is('session.ended_at', 'is', null), is('session.ended_at', '>=', since)]))
    .executeTakeFirst();
  return found !== undefined;
}

export async function targetOf(tx: Tx, targetAccount: TargetAccountId): Promise<TargetId> {
  const { target_id } = await tx
    .selectFrom('target_account')
    .select('target_id')
    .where('id', '=', targetAccount)
    .executeTakeFirstOrThrow();
  return target_id;
}

function manifestRow(manifest: Manifest): Insertable<OriginalManifestTable> {
  return {
    id: manifest.id,
    ticket_id: manifest.ticket,
    target_account_id: manifest.targetAccount,
    session_id: manifest.session,
    purpose: manifest.purpose,
    window_start: manifest.windowStart,
    declared: JSON.stringify(manifest.declared),
    at: manifest.at,
    complete: manifest.complete ? 1 : 0,
    why: manifest.why,
    sha256: manifest.sha256,
  };
}

function manifestOf(row: Selectable<OriginalManifestTable>): Manifest {
  return {
    id: row.id,
    ticket: row.ticket_id,
    targetAccount: row.target_account_id,
    session: row.session_id,
    purpose: row.purpose,
    windowStart: row.window_start,
    declared: JSON.parse(row.declared) as readonly string[],
    at: row.at,
    complete: row.complete === 1,
    why: row.why,
    sha256: row.sha256,
  };
}

function itemRow(manifest: ManifestId, n: number, { path, link, ...item }: Item): Insertable<OriginalItemTable> {
  return {
    manifest_id: manifest,
    n,
    path: JSON.stringify(path),
    link: link === null ? null : JSON.stringify(link),
    ...item,
  };
}

function itemOf({ path, link, manifest_id, n, ...item }: Selectable<OriginalItemTable>): Item {
  return { path: parsePath(path), link: link === null ? null : parsePath(link), ...item };
}

/** Written by `itemRow` alone. */
function parsePath(text: string): FilePath {
  return JSON.parse(text) as FilePath;
}
