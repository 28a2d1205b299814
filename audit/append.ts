// Appends to the evidence log inside the caller's transaction: the event and the state it speaks of are committed
// together or not at all. That commit is the point after which an event has happened; files follow.

import { canonicalJson, type Json, wellFormed } from '../store/core/canonical-json.ts';
import type { Clock } from '../store/core/clock.ts';
import type { Tx } from '../store/database.ts';
import type { AppendEvidence, EvidenceEvent } from './event.ts';
import { type Edge, extend, leafHash, parseEdge } from './merkle.ts';

export interface EvidenceLog {
  readonly append: AppendEvidence;
}

/** The first leaf of every log is `log.started` with its origin; it is put there by the first append. */
export function createEvidenceLog({ clock, origin }: { readonly clock: Clock; readonly origin: string }): EvidenceLog {
  return {
    async append(tx, event) {
      const head = await readHead(tx);
      const started: EvidenceEvent = { type: 'log.started', actor: { kind: 'system' }, details: { origin } };
      const events = head.size === 0 && event.type !== 'log.started' ? [started, event] : [event];
      const leaves = events.map((next, nth) => ({
        leaf_index: head.size + nth,
        leaf: leafOf(next, head.size + nth, clock),
      }));
      const hashes = leaves.map(({ leaf }) => leafHash(Buffer.from(leaf, 'utf8')));
      // The head first: on PostgreSQL a concurrent append then loses as a serialization failure, which is run again,
      // and not as a duplicate key, which is not.
      await saveHead(tx, head.size, hashes.reduce(extend, head));
      await tx.insertInto('evidence').values(leaves).execute();
    },
  };
}

/** The log as this transaction sees it. */
export async function readHead(tx: Tx): Promise<Edge & { readonly published: number }> {
  const { size, edge, published } = await tx.selectFrom('evidence_head').selectAll().executeTakeFirstOrThrow();
  const subtrees: unknown = JSON.parse(edge);
  const parsed = Array.isArray(subtrees) ? parseEdge(size, subtrees.map(String)) : undefined;
  if (parsed === undefined) throw new Error(`expected the edge of a tree of ${size} leaves, got ${edge}`);
  return { ...parsed, published };
}

/** Never throws on text from outside: names, addresses and commands are attacker-controlled. */
function leafOf({ type, actor, source, details }: EvidenceEvent, index: number, clock: Clock): string {
  const leaf: { [name: string]: Json } = {
    v: 1,
    index,
    at: Math.round(clock.now()),
    mono: Math.round(clock.monotonic()),
    type,
    actor: { ...actor },
    details: { ...details } as Json,
  };
  if (source !== undefined) leaf.source = source;
  return canonicalJson(wellFormed(leaf));
}

async function saveHead(tx: Tx, from: number, { size, subtrees }: Edge): Promise<void> {
  const edge = JSON.stringify(subtrees.map((subtree) => subtree.toString('hex')));
  const { numUpdatedRows } = await tx
    .updateTable('evidence_head')
    .set({ size, edge })
    .where('size', '=', from)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new Error(`expected the log to have ${from} leaves, it has grown meanwhile`);
}
