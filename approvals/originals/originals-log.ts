// Originals first (R3): what has to be copied before a channel is usable, and what was, in rows and evidence of one
// transaction. A channel relies on copies that are there only where nothing else can have changed the target since:
// made in the same window, for the same ticket, target account and paths, and with no session of another ticket on that
// target between. Two sessions that begin together both copy; the first copy that is whole counts, and nothing opened
// before it.

import type { AppendEvidence } from '../../audit/event.ts';
import type { FilePath } from '../../audit/events/file-path.ts';
import type { OriginalsCopied } from '../../audit/events/original-events.ts';
import type { Clock } from '../../store/core/clock.ts';
import { type ManifestId, newId } from '../../store/core/ids.ts';
import type { Database, Tx } from '../../store/database.ts';
import { type ApprovedChannel, isApproved } from '../access/approved-channel.ts';
import { inForce } from '../ticket/in-force.ts';
import { findTicket } from '../ticket/repository.ts';
import { windowNow } from '../ticket/windows.ts';
import { type Item, itemJson, type Manifest, manifestHash } from './manifest.ts';
import { insertItems, insertManifest, manifestsOf, othersSince, touchedIn } from './manifest-repository.ts';

/** What one channel has to do before it is usable. */
export interface CopyingPlan {
  /** Absolute paths; none where nothing is declared or the copies are there. */
  readonly declared: readonly string[];
  /** The copies that are relied on instead. */
  readonly reliedOn: ManifestId | null;
  /** What the approval said, where it may open without; null where it may not. */
  readonly withoutBackup: string | null;
  /** The start of the window. */
  readonly window: number;
}

export interface CopyingFailure {
  readonly path: FilePath | null;
  readonly why: string;
}

export interface OriginalsLog {
  planFor(approved: ApprovedChannel): Promise<CopyingPlan>;
  /** The session was written down, and opens on copies that another one made. */
  reliedOn(approved: ApprovedChannel, manifest: ManifestId): Promise<void>;
  /** The copying before the channel is over: everything is there, or `failure` says what is not. */
  copied(
    approved: ApprovedChannel,
    plan: CopyingPlan,
    items: readonly Item[],
    failure: CopyingFailure | null,
  ): Promise<void>;
  /** What is about to be changed over sftp, as it is now. */
  touched(approved: ApprovedChannel, items: readonly Item[]): Promise<void>;
}

export interface OriginalsLogUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
}

export function createOriginalsLog(uses: OriginalsLogUses): OriginalsLog {
  const { database } = uses;
  const written = (approved: ApprovedChannel, write: (tx: Tx) => Promise<void>): Promise<void> => {
    if (!isApproved(approved)) throw new Error('expected a channel that the gate approved');
    return database.transaction(write);
  };
  return {
    planFor: (approved) => database.transaction((tx) => plan(tx, approved, uses.clock.now())),
    reliedOn: (approved, manifest) =>
      written(approved, (tx) =>
        uses.append(tx, {
          type: 'originals.relied-on',
          actor: { kind: 'system' },
          details: { session: approved.session, ticket: approved.ticket.id, manifest },
        }),
      ),
    copied: (approved, plan, items, failure) =>
      written(approved, (tx) => copied(uses, tx, approved, plan, items, failure ?? firstUnread(items))),
    touched: (approved, items) => written(approved, (tx) => touched(uses, tx, approved, items)),
  };
}

async function plan(
  tx: Tx,
  { ticket: { id }, target, targetAccount }: ApprovedChannel,
  now: number,
): Promise<CopyingPlan> {
  const ticket = await findTicket(tx, id);
  if (ticket === undefined) throw new Error(`expected ticket ${id}, found none`);
  const { changes, withoutBackup, windows } = inForce(ticket);
  const declared = changes.filter((each) => each.targetAccountId === targetAccount.id).map(({ path }) => path);
  const window = windowNow(windows, now)?.start ?? ticket.content.windowStart;
  const nothing = { declared: [], reliedOn: null, withoutBackup, window };
  if (declared.length === 0) return nothing;
  const there = (await manifestsOf(tx, id)).find((each) => serves(each, targetAccount.id, window, declared));
  if (there === undefined || (await othersSince(tx, target.id, id, there.at))) return { ...nothing, declared };
  return { ...nothing, reliedOn: there.id };
}

function serves(
  { purpose, complete, targetAccount, windowStart, declared }: Manifest,
  wanted: string,
  window: number,
  paths: readonly string[],
): boolean {
  return (
    purpose === 'opening' &&
    complete &&
    targetAccount === wanted &&
    windowStart === window &&
    JSON.stringify(declared) === JSON.stringify(paths)
  );
}

function firstUnread(items: readonly Item[]): CopyingFailure | null {
  const unread = items.find(({ type }) => type === 'unread');
  return unread === undefined ? null : { path: unread.path, why: unread.why ?? 'not-readable' };
}

async function copied(
  { clock, append }: OriginalsLogUses,
  tx: Tx,
  { session, ticket, targetAccount }: ApprovedChannel,
  { declared, window, withoutBackup }: CopyingPlan,
  items: readonly Item[],
  failure: CopyingFailure | null,
): Promise<void> {
  const id = newId('man');
  const sha256 = manifestHash(items);
  await insertManifest(tx, {
    id,
    ticket: ticket.id,
    targetAccount: targetAccount.id,
    session,
    purpose: 'opening',
    windowStart: window,
    declared,
    at: clock.now(),
    complete: failure === null,
    why: failure?.why ?? null,
    sha256,
  });
  await list(append, tx, { session, ticket: ticket.id, manifest: id }, 0, items);
  const details: OriginalsCopied = {
    session,
    ticket: ticket.id,
    targetAccount: targetAccount.id,
    manifest: id,
    window,
    declared: [...declared],
    items: items.length,
    bytes: items.reduce((sum, { sha256, size }) => sum + (sha256 === null ? 0 : (size ?? 0)), 0),
    sha256,
  };
  const actor = { kind: 'system' } as const;
  if (failure === null) await append(tx, { type: 'originals.copied', actor, details });
  else {
    const { path, why } = failure;
    await append(tx, {
      type: 'originals.not-copied',
      actor,
      details: { ...details, path, why, without: withoutBackup },
    });
  }
}

async function touched(
  { clock, append }: OriginalsLogUses,
  tx: Tx,
  { session, ticket, targetAccount }: ApprovedChannel,
  items: readonly Item[],
): Promise<void> {
  const known = await touchedIn(tx, session);
  const id = known?.id ?? newId('man');
  if (known === undefined) {
    await insertManifest(tx, {
      id,
      ticket: ticket.id,
      targetAccount: targetAccount.id,
      session,
      purpose: 'touched',
      windowStart: null,
      declared: [],
      at: clock.now(),
      complete: true,
      why: null,
      sha256: null,
    });
  }
  await list(append, tx, { session, ticket: ticket.id, manifest: id }, known?.items ?? 0, items);
}

/** Items of one event: it stays something that a person can look at. */
const ITEMS_OF_ONE_EVENT = 50;

async function list(
  append: AppendEvidence,
  tx: Tx,
  of: { readonly session: string; readonly ticket: string; readonly manifest: ManifestId },
  from: number,
  items: readonly Item[],
): Promise<void> {
  await insertItems(tx, of.manifest, from, items);
  for (let at = 0; at < items.length; at += ITEMS_OF_ONE_EVENT) {
    await append(tx, {
      type: 'originals.listed',
      actor: { kind: 'system' },
      details: { ...of, from: from + at, items: items.slice(at, at + ITEMS_OF_ONE_EVENT).map(itemJson) },
    });
  }
}
