// Adding files to a draft, taking them away, and reading them. What the file is, is judged by its bytes before anything
// is kept; the bytes are durable before the ticket names them, and erased only after it no longer does.

import { hash } from 'node:crypto';
import type { AppendEvidence, EvidenceEvent } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, witnessed } from '../../identity/permission.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { FilesStore } from '../../recordings/files-store/files-store.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { TicketId } from '../../store/core/ids.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import { contentHash } from '../ticket/content.ts';
import { editionsOf } from '../ticket/editions.ts';
import { allPlaces, findTicket, saveRevision } from '../ticket/repository.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { TicketView } from '../ticket/ticket-view.ts';
import { readSurroundings, viewOf } from '../ticket/view.ts';
import { visibleTicket } from '../ticket/visible-ticket.ts';
import {
  type Attachment,
  attachmentAbsent,
  MOST_BYTES,
  notDraft,
  parseName,
  tooLarge,
  typeRefused,
  withAttachment,
} from './attachment.ts';
import { contentWith } from './content-files.ts';
import { typeOf } from './content-type.ts';

/** Every method throws `ticket.absent` for a ticket that does not exist or that the user may not see. */
export interface Attachments {
  /** Throws `attachment.*`, `text.refused`, `ticket.changed`. */
  add(user: AuthenticatedUser, ticket: string, file: NewFile): Promise<TicketView>;
  remove(user: AuthenticatedUser, ticket: string, sha256: string): Promise<TicketView>;
  read(user: AuthenticatedUser, ticket: string, sha256: string): Promise<{ file: Attachment; content: Buffer }>;
}

/** Attacker-controlled. */
export interface NewFile {
  readonly name: string;
  readonly content: Buffer;
}

export interface AttachmentUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
  readonly store: Pick<FilesStore, 'put' | 'get' | 'release'>;
}

export function createAttachments(uses: AttachmentUses): Attachments {
  const { database, store, changes } = uses;
  let last: Promise<unknown> = Promise.resolve();
  // What one takes away another may be adding: the store and the ticket change together, or not at all.
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  const changing = async (user: AuthenticatedUser, id: string, work: () => Promise<TicketView>) => {
    const named = { ticket: id.slice(0, 64).toWellFormed() };
    const view = await witnessed(uses, user, 'ticket.attach', named, () => alone(work));
    changes.publish('tickets');
    return view;
  };
  return {
    add: (user, id, { name, content }) =>
      changing(user, id, async () => {
        const { ticket, present } = await database.transaction((tx) => draftOf(uses, tx, user, id));
        const file = { ...described(name, content), ...digestOf(content) };
        withAttachment(present, file);
        await store.put(ticket.id, pieces(content));
        const saving = database.transaction((tx) => change(uses, tx, user, id, { added: file }));
        return saving.catch(async (error: unknown) => {
          // A commit may have been made although nobody heard of it.
          const named = await database.transaction((tx) => names(tx, ticket.id, file.sha256)).catch(() => true);
          if (!named) await store.release(ticket.id, file.sha256);
          throw error;
        });
      }),
    remove: (user, id, sha256) =>
      changing(user, id, async () => {
        const view = await database.transaction((tx) => change(uses, tx, user, id, { removed: sha256 }));
        if (!(await database.transaction((tx) => names(tx, view.id, sha256)))) await store.release(view.id, sha256);
        return view;
      }),
    read: (user, id, sha256) =>
      witnessed(uses, user, 'ticket.read', { ticket: id.slice(0, 64).toWellFormed() }, async () => {
        const file = await database.transaction((tx) => noteReading(uses, tx, user, id, sha256));
        const content: Buffer[] = [];
        for await (const piece of store.get(sha256)) content.push(piece);
        return { file, content: Buffer.concat(content) };
      }),
  };
}

async function visible({ policies }: AttachmentUses, tx: Tx, user: AuthenticatedUser, id: string) {
  await requireActive(tx, user);
  return visibleTicket(tx, policies, user, id);
}

async function draftOf(uses: AttachmentUses, tx: Tx, user: AuthenticatedUser, id: string) {
  const { ticket, resource } = await visible(uses, tx, user, id);
  uses.policies.authorize(user, 'ticket.attach', resource);
  if (ticket.progress.state !== 'draft') throw notDraft();
  return { ticket, present: ticket.content.terms.attachments ?? [] };
}

type Change = { readonly added: Attachment } | { readonly removed: string };

async function change(uses: AttachmentUses, tx: Tx, user: AuthenticatedUser, id: string, what: Change) {
  const { ticket, present } = await draftOf(uses, tx, user, id);
  const file = 'added' in what ? what.added : found(present, what.removed);
  const attachments = 'added' in what ? withAttachment(present, file) : present.filter((each) => each !== file);
  const content = contentWith(ticket.content, attachments);
  const named = contentHash(ticket.requester, content, await allPlaces(tx));
  const saved = await saveRevision(tx, ticket, { ...ticket, content, contentHash: named }, uses.clock.now());
  const type = 'added' in what ? 'ticket.attachment-added' : 'ticket.attachment-removed';
  await uses.append(tx, event(type, user, saved, file));
  return viewOf(saved, await readSurroundings(tx, saved.requester), user, uses.clock.now());
}

function event(
  type: 'ticket.attachment-added' | 'ticket.attachment-removed',
  user: AuthenticatedUser,
  { id: ticket, contentHash }: Ticket,
  { name, sha256, bytes }: Attachment,
): EvidenceEvent {
  return { type, actor: actorOf(user), source: user.source, details: { ticket, contentHash, name, sha256, bytes } };
}

/** Now, or in an edition that was submitted once: what somebody has decided about is kept. */
async function names(tx: Tx, id: TicketId, sha256: string): Promise<boolean> {
  const ticket = await findTicket(tx, id);
  if (ticket?.content.terms.attachments?.some((each) => each.sha256 === sha256) === true) return true;
  return (await editionsOf(tx, id)).some(({ content }) => content.includes(`"sha256":"${sha256}"`));
}

async function noteReading(uses: AttachmentUses, tx: Tx, user: AuthenticatedUser, id: string, sha256: string) {
  const { ticket } = await visible(uses, tx, user, id);
  const file = found(ticket.content.terms.attachments ?? [], sha256);
  await uses.append(tx, {
    type: 'ticket.attachment-read',
    actor: actorOf(user),
    source: user.source,
    details: { ticket: ticket.id, name: file.name, sha256 },
  });
  return file;
}

function found(present: readonly Attachment[], sha256: string): Attachment {
  const file = present.find((each) => each.sha256 === sha256);
  if (file === undefined) throw attachmentAbsent();
  return file;
}

function described(name: string, content: Buffer): Pick<Attachment, 'name' | 'type'> {
  if (content.length === 0 || content.length > MOST_BYTES) throw tooLarge();
  const type = typeOf(content);
  if (typeof type !== 'string') throw typeRefused(type.refused);
  return { name: parseName(name, type), type };
}

function digestOf(content: Buffer): Pick<Attachment, 'bytes' | 'sha256'> {
  return { bytes: content.length, sha256: hash('sha256', content) };
}

async function* pieces(content: Buffer): AsyncGenerator<Buffer> {
  yield content;
}
