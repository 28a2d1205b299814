// What people see and get of originals: which there are and how they differ from what is there now, for the centre; and
// one copy, for a requester whose approved ticket names its hash among the tools it brings. Nobody gets a copy otherwise,
// and nobody gets one silently.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { actorOf, witnessed } from '../../identity/permission.ts';
import type { TicketAction } from '../../policies/action.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { FilesStore } from '../../recordings/files-store/files-store.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { TicketId } from '../../store/core/ids.ts';
import { defineRefusal, Refusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import { contentHash } from '../ticket/content.ts';
import { inForce } from '../ticket/in-force.ts';
import { allPlaces } from '../ticket/repository.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { windowNow } from '../ticket/windows.ts';
import type { ChangeReport } from './change-report.ts';
import type { Item, Manifest } from './manifest.ts';
import { manifestsOf, originalOwner, pageOfItems } from './manifest-repository.ts';
import { permittedTicket } from './permitted-ticket.ts';

export interface OriginalsPage {
  /** Oldest first. */
  readonly manifests: readonly (Manifest & { readonly target: string; readonly login: string })[];
  /** Of the manifest that was asked for. */
  readonly items: readonly Item[];
  /** Where the next page begins; null when this was the last. */
  readonly next: number | null;
}

export interface ReadReport {
  readonly id: string;
  readonly sha256: string;
  readonly report: ChangeReport;
  /** Text differences by their hashes; one that was destroyed with its session is missing. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface Originals {
  /** Throws `ticket.absent` or the policy's refusal. */
  list(
    user: AuthenticatedUser,
    ticket: string,
    page: { readonly manifest?: string; readonly from: number },
  ): Promise<OriginalsPage>;
  /** The latest; leaves `originals.report-read`. Throws the same, and `originals.no-report`. */
  report(user: AuthenticatedUser, ticket: string): Promise<ReadReport>;
  /** One copy; leaves `original.handed-out` before the first byte. Throws the same, and `original.not-named`. */
  take(user: AuthenticatedUser, ticket: string, sha256: string): Promise<AsyncGenerator<Buffer>>;
}

export const noReport = defineRefusal('originals.no-report', 'absent', () => ({
  zh: '这张工单还没有改动对比报告',
  en: 'there is no difference report of this ticket yet',
}));

export const notNamed = defineRefusal('original.not-named', 'forbidden', () => ({
  zh: '只有在窗口内、已批准的本人工单把这个原件的 SHA-256 列为所带工具时，才能取得副本',
  en: 'a copy is handed out in the window of an approved ticket of your own that names its SHA-256 among the tools',
}));

export interface OriginalsUses {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly policies: Policies;
  readonly clock: Clock;
  readonly filesStore: Pick<FilesStore, 'get'>;
}

const ITEMS_OF_A_PAGE = 500;

export function createOriginals(uses: OriginalsUses): Originals {
  const { database, filesStore } = uses;
  const asked = <T>(user: AuthenticatedUser, action: TicketAction, id: string, work: (tx: Tx) => Promise<T>) =>
    witnessed(uses, user, action, { ticket: id.slice(0, 64).toWellFormed() }, () => database.transaction(work));
  return {
    list: (user, id, page) =>
      asked(user, 'original.list', id, async (tx) => {
        const ticket = await permittedTicket(uses, tx, user, id, 'original.list');
        return list(tx, ticket.id, page);
      }),
    async report(user, id) {
      const found = await asked(user, 'original.list', id, async (tx) => {
        const ticket = await permittedTicket(uses, tx, user, id, 'original.list');
        return latest(uses, tx, user, ticket.id);
      });
      return { ...found, texts: await textsOf(filesStore, found.report) };
    },
    async take(user, id, sha256) {
      const named = (work: (tx: Tx, ticket: Ticket, of: TicketId) => Promise<void>) =>
        asked(user, 'original.take', id, async (tx) => {
          const ticket = await permittedTicket(uses, tx, user, id, 'original.take');
          await work(tx, ticket, await requireNamed(tx, ticket, sha256, uses.clock.now()));
        });
      await named(async () => {});
      // One that was destroyed with its session is not there to be handed out: nothing may say that it was.
      const content = filesStore.get(sha256);
      const first = await content.next();
      await named((tx, ticket, of) => {
        const details = { ticket: ticket.id, of, sha256 };
        return uses.append(tx, { type: 'original.handed-out', actor: actorOf(user), source: user.source, details });
      });
      return whole(first, content);
    },
  };
}

async function* whole(first: IteratorResult<Buffer>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.done !== true) yield first.value;
  yield* rest;
}

async function list(
  tx: Tx,
  ticket: TicketId,
  { manifest, from }: { readonly manifest?: string; readonly from: number },
): Promise<OriginalsPage> {
  const places = new Map((await allPlaces(tx)).map((place) => [place.targetAccountId, place]));
  const manifests = (await manifestsOf(tx, ticket)).map((each) => {
    const { target = '', login = '' } = places.get(each.targetAccount) ?? {};
    return { ...each, target, login };
  });
  const chosen = manifests.find(({ id }) => id === manifest);
  const items = chosen === undefined ? [] : await pageOfItems(tx, chosen.id, from, ITEMS_OF_A_PAGE);
  return { manifests, items, next: items.length < ITEMS_OF_A_PAGE ? null : from + items.length };
}

async function latest({ append }: OriginalsUses, tx: Tx, user: AuthenticatedUser, ticket: TicketId) {
  const row = await tx
    .selectFrom('change_report')
    .select(['id', 'report', 'sha256'])
    .where('ticket_id', '=', ticket)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  if (row === undefined) throw noReport();
  const details = { ticket, report: row.id };
  await append(tx, { type: 'originals.report-read', actor: actorOf(user), source: user.source, details });
  // Written by `readAgain` alone, as the canonical JSON of one.
  return { id: row.id, sha256: row.sha256, report: JSON.parse(row.report) as ChangeReport };
}

async function textsOf(store: Pick<FilesStore, 'get'>, { places }: ChangeReport): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const { text } of places.flatMap(({ changes }) => changes)) {
    if (text === null || texts.has(text)) continue;
    try {
      const pieces: Buffer[] = [];
      for await (const piece of store.get(text)) pieces.push(piece);
      texts.set(text, Buffer.concat(pieces).toString('utf8'));
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== 'absent') throw error;
    }
  }
  return texts;
}

/** The ticket whose original it is; of the same requester, or it is not theirs to have. */
async function requireNamed(tx: Tx, ticket: Ticket, sha256: string, now: number): Promise<TicketId> {
  const { progress, content, requester } = ticket;
  const named = content.terms.tools.some((tool) => tool.sha256 === sha256);
  const open = windowNow(inForce(ticket).windows, now) !== undefined;
  const unaltered = contentHash(requester, content, await allPlaces(tx)) === ticket.contentHash;
  const of = await originalOwner(tx, sha256, requester);
  if (progress.state !== 'approved' || !named || !open || !unaltered || of === undefined) throw notNamed();
  return of;
}
