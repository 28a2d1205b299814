// Reads again what a ticket may have changed and says how it differs: from the target, through a gateway, as a reading of
// its own. What cannot be reached or read is in the report as that.

import { createHash } from 'node:crypto';
import type { AppendEvidence } from '../../audit/event.ts';
import type { FilePath } from '../../audit/events/file-path.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { actorOf, witnessed } from '../../identity/permission.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { FilesStore } from '../../recordings/files-store/files-store.ts';
import { canonicalJson } from '../../store/core/canonical-json.ts';
import type { Clock } from '../../store/core/clock.ts';
import { newId } from '../../store/core/ids.ts';
import { Refusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import { inForce } from '../ticket/in-force.ts';
import { allPlaces, type Place } from '../ticket/repository.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { type ChangeReport, figuresOf, type ReportedChange, type ReportedPlace, reportJson } from './change-report.ts';
import { type Before, differences, firstStates, type ListedManifest } from './difference.ts';
import { type Item, itemJson, manifestHash } from './manifest.ts';
import { insertItems, insertManifest, itemsOf, manifestsOf } from './manifest-repository.ts';
import type { CopyingFailure } from './originals-log.ts';
import { permittedTicket } from './permitted-ticket.ts';
import { type ApprovedReading, permitReading } from './reading-permit.ts';
import { MOST_TEXT_BYTES, textDifference } from './text-difference.ts';

/** What a reading brought; the bytes of small files, by their hashes. */
export interface ReadAgain {
  readonly items: readonly Item[];
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly failure: CopyingFailure | null;
}

/** Has a gateway do it; rejects with a Refusal where none can. */
export type ReadTarget = (reading: ApprovedReading) => Promise<ReadAgain>;

export interface ReadAgainUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
  readonly filesStore: Pick<FilesStore, 'get' | 'put'>;
  readonly readTarget: ReadTarget;
}

/** The requester, section or head. Throws `ticket.absent`, the policy's refusal, `originals.not-readable`. */
export type ReadTicketAgain = (user: AuthenticatedUser, ticket: string) => Promise<ChangeReport>;

export function createReadAgain(uses: ReadAgainUses): ReadTicketAgain {
  return (user, id) =>
    witnessed(uses, user, 'original.reread', { ticket: id.slice(0, 64).toWellFormed() }, async () => {
      const { ticket, accounts } = await uses.database.transaction((tx) => prepared(uses, tx, user, id));
      const places: ReportedPlace[] = [];
      for (const account of accounts) places.push(await readPlace(uses, user, ticket, account));
      const report: ChangeReport = { format: 1, ticket: ticket.id, at: uses.clock.now(), places };
      await uses.database.transaction((tx) => save(uses, tx, user, report));
      uses.changes.publish('tickets');
      return report;
    });
}

interface Account {
  readonly place: Place;
  readonly declared: readonly string[];
  readonly before: Before;
  /** Undefined where no session was opened there. */
  readonly approved: ApprovedReading | undefined;
  readonly notRead: number;
}

/** Paths that are read again beside the declared ones. */
const MOST_ALONE = 500;
const MOST_ALONE_BYTES = 256 * 1024;

async function prepared(uses: ReadAgainUses, tx: Tx, user: AuthenticatedUser, id: string) {
  const ticket = await permittedTicket(uses, tx, user, id, 'original.reread');
  const manifests = await listed(tx, ticket);
  const { changes } = inForce(ticket);
  const ids = [
    ...changes.map(({ targetAccountId }) => targetAccountId),
    ...manifests.map((each) => each.targetAccount),
  ];
  const places = new Map((await allPlaces(tx)).map((place) => [place.targetAccountId, place]));
  const accounts: Account[] = [];
  for (const targetAccount of [...new Set(ids)].sort()) {
    const place = places.get(targetAccount);
    if (place === undefined) throw new Error(`expected target account ${targetAccount}, found none`);
    accounts.push(await preparedAccount(tx, { user, ticket, place, now: uses.clock.now() }, manifests));
  }
  return { ticket, accounts };
}

async function listed(tx: Tx, { id }: Ticket): Promise<readonly ListedManifest[]> {
  const found: ListedManifest[] = [];
  for (const manifest of await manifestsOf(tx, id)) {
    if (manifest.purpose !== 'closing') found.push({ ...manifest, items: await itemsOf(tx, manifest.id) });
  }
  return found;
}

async function preparedAccount(
  tx: Tx,
  { user, ticket, place, now }: { user: AuthenticatedUser; ticket: Ticket; place: Place; now: number },
  manifests: readonly ListedManifest[],
): Promise<Account> {
  const { targetAccountId: targetAccount } = place;
  const before = firstStates(manifests.filter((each) => each.targetAccount === targetAccount));
  const declared = inForce(ticket)
    .changes.filter((each) => each.targetAccountId === targetAccount)
    .map(({ path }) => path);
  const alone = withinBounds(before.touched.map(({ path }) => path));
  const notRead = before.touched.length - alone.length;
  if (before.opening === undefined && alone.length === 0) {
    return { place, declared, before, approved: undefined, notRead };
  }
  const what = { targetAccount, declared: before.opening === undefined ? [] : declared, alone };
  return { place, declared, before, approved: await permitReading(tx, user, ticket, what, now), notRead };
}

function withinBounds(paths: readonly FilePath[]): readonly FilePath[] {
  let bytes = 0;
  const fitting = paths.slice(0, MOST_ALONE).findIndex((path) => {
    bytes += JSON.stringify(path).length;
    return bytes > MOST_ALONE_BYTES;
  });
  return paths.slice(0, fitting === -1 ? MOST_ALONE : fitting);
}

async function readPlace(
  uses: ReadAgainUses,
  user: AuthenticatedUser,
  ticket: Ticket,
  { place, declared, before, approved, notRead }: Account,
): Promise<ReportedPlace> {
  const { targetAccountId: targetAccount, target, login } = place;
  const originals = before.opening?.why ?? null;
  const known = { targetAccount, target, login, declared: [...declared], originals, notRead };
  if (approved === undefined) return { ...known, reading: null, failure: null, changes: [] };
  const { session } = approved.facts;
  const again = await uses.readTarget(approved).catch(notReached);
  await uses.database.transaction((tx) => saveReading(uses, tx, user, ticket, approved, again));
  // Of what was not read nothing is said but that.
  if (again.failure !== null && again.items.length === 0) {
    return { ...known, reading: session, failure: again.failure, changes: [] };
  }
  const changes: ReportedChange[] = [];
  for (const change of differences(before, again.items)) {
    changes.push({ ...change, text: await textOf(uses, before, change, again.contents) });
  }
  return { ...known, reading: session, failure: again.failure, changes };
}

function notReached(error: unknown): ReadAgain {
  const why = error instanceof Refusal ? error.code : 'fault';
  return { items: [], contents: new Map(), failure: { path: null, why } };
}

/** In the store of files, for the session whose originals it quotes. */
async function textOf(
  { filesStore }: ReadAgainUses,
  { opening }: Before,
  { how, before, after }: ReportedChange | Omit<ReportedChange, 'text'>,
  contents: ReadonlyMap<string, Buffer>,
): Promise<string | null> {
  if (how !== 'changed' || opening === undefined || before === null || after === null) return null;
  const now = after.sha256 === null ? undefined : contents.get(after.sha256);
  if (now === undefined || before.sha256 === null || (before.size ?? 0) > MOST_TEXT_BYTES) return null;
  const pieces: Buffer[] = [];
  try {
    for await (const piece of filesStore.get(before.sha256)) pieces.push(piece);
  } catch (error) {
    // Destroyed with its session: then nothing of it may be written again.
    if (error instanceof Refusal) return null;
    throw error;
  }
  const difference = textDifference(Buffer.concat(pieces), now);
  if (difference === undefined) return null;
  const { sha256 } = await filesStore.put(opening.session, once(Buffer.from(difference.diff, 'utf8')));
  return sha256;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function saveReading(
  { append, clock }: ReadAgainUses,
  tx: Tx,
  user: AuthenticatedUser,
  ticket: Ticket,
  { facts: { session, targetAccount, declared } }: ApprovedReading,
  { items, failure }: ReadAgain,
): Promise<void> {
  const id = newId('man');
  const sha256 = manifestHash(items);
  const why = failure?.why ?? null;
  await insertManifest(tx, {
    id,
    ticket: ticket.id,
    targetAccount: targetAccount.id,
    session,
    purpose: 'closing',
    windowStart: null,
    declared: declared.map(String),
    at: clock.now(),
    complete: why === null,
    why,
    sha256,
  });
  await insertItems(tx, id, 0, items);
  const actor = { kind: 'system' } as const;
  for (let from = 0; from < items.length; from += ITEMS_OF_ONE_EVENT) {
    const some = items.slice(from, from + ITEMS_OF_ONE_EVENT).map(itemJson);
    const details = { session, ticket: ticket.id, manifest: id, from, items: some };
    await append(tx, { type: 'originals.listed', actor, details });
  }
  await append(tx, {
    type: 'originals.read-again',
    actor: actorOf(user),
    source: user.source,
    details: {
      session,
      ticket: ticket.id,
      targetAccount: targetAccount.id,
      manifest: id,
      items: items.length,
      sha256,
      why,
    },
  });
}

const ITEMS_OF_ONE_EVENT = 50;

async function save({ append }: ReadAgainUses, tx: Tx, user: AuthenticatedUser, report: ChangeReport): Promise<void> {
  const id = newId('rep');
  const text = canonicalJson(reportJson(report));
  const sha256 = createHash('sha256').update(text).digest('hex');
  await tx
    .insertInto('change_report')
    .values({ id, ticket_id: report.ticket, at: report.at, report: text, sha256 })
    .execute();
  await append(tx, {
    type: 'originals.reported',
    actor: actorOf(user),
    source: user.source,
    details: { ticket: report.ticket, report: id, sha256, ...figuresOf(report) },
  });
}
