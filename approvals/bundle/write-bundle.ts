// Writes an evidence bundle: what a stranger needs to check, without this installation, what happened under a ticket.
// Ciphertext and proofs only; what the recordings show is handed out by other ways, to which somebody else agrees.

import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTreeHead, type TreeHead } from '../../audit/checkpoint.ts';
import type { AppendEvidence } from '../../audit/event.ts';
import type { EvidenceFolder } from '../../audit/evidence-folder.ts';
import type { LogProofs } from '../../audit/log-proofs.ts';
import { parseNote } from '../../audit/signed-note.ts';
import { recordingDirectory } from '../../recordings/storage/recording-directory.ts';
import type { Clock } from '../../store/core/clock.ts';
import { parseId, type SessionId, type TicketId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import { contentHash, contentText } from '../ticket/content.ts';
import { allPlaces, findTicket } from '../ticket/repository.ts';
import type { Ticket } from '../ticket/ticket.ts';
import {
  BUNDLE_FILE,
  BUNDLE_VERSION,
  CHECKPOINT_FILE,
  EVENTS_FILE,
  KEY_FILE,
  leafLine,
  type Manifest,
  manifestText,
  RECORDINGS,
  TICKET_FILE,
  TIMESTAMPS_FILE,
} from './bundle-files.ts';
import { collectTimestamps, type TimestampSource } from './collect-timestamps.ts';
import { selectLeaves } from './select-events.ts';

const nothingSuch = defineRefusal<{ what: string }>('bundle.absent', 'absent', ({ what }) => ({
  zh: `没有工单或会话 ${what}`,
  en: `there is no ticket or session ${what}`,
}));

const folderThere = defineRefusal<{ path: string }>('bundle.folder-exists', 'conflict', ({ path }) => ({
  zh: `${path} 已经存在，没有改动`,
  en: `${path} is there already; it was not changed`,
}));

export interface BundleUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly evidence: Pick<EvidenceFolder, 'read'>;
  readonly proofs: Pick<LogProofs, 'leaves' | 'consistency'>;
  /** Where a timestamp authority is known: its token for a note, or undefined where it does not answer. */
  readonly stamp?: NonNullable<TimestampSource['stamp']>;
  /** The folder of all recordings. */
  readonly recordings: string;
  /** Resolves with the note of a checkpoint, cosigned where it can be, that covers everything committed before. */
  readonly published: () => Promise<string>;
}

/**
 * `what`: a ticket's id or number, or a session's id. Writes the folder `into`, which must not exist, and leaves
 * `bundle.exported` in the log first. Throws `bundle.absent` or `bundle.folder-exists`.
 */
export async function writeBundle(uses: BundleUses, what: string, into: string): Promise<Manifest> {
  const { database, append, clock } = uses;
  const chosen = await database.transaction((tx) => choose(tx, what));
  const { ticket, scope, sessions } = chosen;
  await mkdir(into, { mode: 0o700 }).catch((error: unknown) => {
    throw error instanceof Error && 'code' in error && error.code === 'EEXIST' ? folderThere({ path: into }) : error;
  });
  await database.transaction((tx) =>
    append(tx, {
      type: 'bundle.exported',
      actor: { kind: 'system' },
      details: { ticket: ticket.id, sessions: [...sessions] },
    }),
  );
  const note = await uses.published();
  const manifest: Manifest = {
    version: BUNDLE_VERSION,
    made: clock.now(),
    ticket: { id: ticket.id, number: ticket.number },
    scope,
    sessions,
  };
  const put: Put = (file, text) => writeFile(join(into, file), text, { mode: 0o600, flag: 'wx' });
  await put(KEY_FILE, (await uses.evidence.read('log.vkey')) ?? '');
  await put(CHECKPOINT_FILE, note);
  await putEvents(uses, put, headOf(note), [ticket.id, ...sessions]);
  const text = await database.transaction((tx) => approvedText(tx, ticket));
  if (text !== undefined) await put(TICKET_FILE, text);
  await mkdir(join(into, RECORDINGS), { mode: 0o700 });
  for (const session of sessions) await copyRecording(uses.recordings, session, join(into, RECORDINGS));
  // Last: a bundle without it is one that was not finished.
  await put(BUNDLE_FILE, manifestText(manifest));
  return manifest;
}

interface Chosen {
  readonly ticket: Ticket;
  readonly scope: Manifest['scope'];
  readonly sessions: readonly SessionId[];
}

async function choose(tx: Tx, what: string): Promise<Chosen> {
  const session = parseId('ses', what);
  const ofSession =
    session && (await tx.selectFrom('session').select('ticket_id').where('id', '=', session).executeTakeFirst());
  const id = ofSession?.ticket_id ?? (await ticketId(tx, what));
  const ticket = id && (await findTicket(tx, id));
  if (ticket === undefined) throw nothingSuch({ what: what.slice(0, 64).toWellFormed() });
  if (session !== undefined) return { ticket, scope: 'session', sessions: [session] };
  const rows = await tx.selectFrom('session').select('id').where('ticket_id', '=', ticket.id).execute();
  return { ticket, scope: 'ticket', sessions: rows.map((row) => row.id).sort() };
}

async function ticketId(tx: Tx, what: string): Promise<TicketId | undefined> {
  const id = parseId('tkt', what);
  if (id !== undefined) return id;
  return (await tx.selectFrom('ticket').select('id').where('number', '=', what).executeTakeFirst())?.id;
}

function headOf(note: string): TreeHead {
  const head = parseTreeHead(parseNote(note)?.text ?? '');
  if (head === undefined) throw new Error('expected a checkpoint');
  return head;
}

type Put = (file: string, text: string | Buffer) => Promise<void>;

async function putEvents(uses: BundleUses, put: Put, head: TreeHead, ids: readonly string[]): Promise<void> {
  const leaves = await selectLeaves((file) => uses.evidence.read(file), head.size, ids);
  const indices = leaves.map(({ index }) => index);
  const ways = await uses.proofs.leaves(indices, head);
  const lines = leaves.map(({ index, leaf }, nth) => leafLine({ index, leaf, hashes: ways[nth] ?? [] }));
  await put(EVENTS_FILE, linesOf(lines));
  const stamps = await collectTimestamps(uses, head, indices);
  if (stamps.length > 0) await put(TIMESTAMPS_FILE, linesOf(stamps));
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Undefined where a target was moved since, so that the text which was approved cannot be shown any more. */
async function approvedText(tx: Tx, ticket: Ticket): Promise<string | undefined> {
  const places = await allPlaces(tx);
  const { requester, content } = ticket;
  return contentHash(requester, content, places) === ticket.contentHash
    ? contentText(requester, content, places)
    : undefined;
}

/** A recording that was destroyed, or never begun, has no folder. */
async function copyRecording(root: string, session: SessionId, into: string): Promise<void> {
  const from = recordingDirectory(root, session);
  const files = await readdir(from).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (files === undefined) return;
  await mkdir(join(into, session), { mode: 0o700 });
  for (const file of files) await copyFile(join(from, file), join(into, session, file));
}
