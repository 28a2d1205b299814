// What tests do to evidence bundles: change an event, take one out, put one in, and then, as whoever has stolen the log's
// key, sign the whole of it again, so that every proof holds and only what the events say is left to judge.

import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointText } from '../../audit/checkpoint.ts';
import { leafHash, nodeHash } from '../../audit/merkle.ts';
import { createLogSigner } from '../../audit/signed-note.ts';
import { canonicalJson, type Json } from '../../store/core/canonical-json.ts';

export interface Line {
  readonly hashes: readonly string[];
  readonly index: number;
  readonly leaf: string;
}

export interface Leaf {
  readonly index: number;
  at: number;
  type: string;
  actor: { [name: string]: Json };
  details: { [name: string]: Json };
}

export function linesOf(bundle: string): Line[] {
  const text = readFileSync(join(bundle, 'events.jsonl'), 'utf8').trimEnd();
  return text.split('\n').map((line) => JSON.parse(line) as Line);
}

export function writeLines(bundle: string, lines: readonly Line[]): void {
  writeFileSync(join(bundle, 'events.jsonl'), lines.map((line) => `${canonicalJson({ ...line })}\n`).join(''));
}

export function leavesOf(bundle: string): Leaf[] {
  return linesOf(bundle).map(({ leaf }) => JSON.parse(leaf) as Leaf);
}

/** In that order; the proofs are those of whatever stood there, until the history is written again. */
export function writeLeaves(bundle: string, leaves: readonly Leaf[]): void {
  writeLines(
    bundle,
    leaves.map((leaf) => ({ hashes: [], index: leaf.index, leaf: canonicalJson(leaf as never) })),
  );
}

/** The whole bundle again under a log of its own. `keys`: the folder of the log's key. */
export function rewriteHistory(bundle: string, keys: string): void {
  const leaves = linesOf(bundle).map(({ leaf }, index) => canonicalJson({ ...JSON.parse(leaf), index } as never));
  const hashes = leaves.map((leaf) => leafHash(Buffer.from(leaf)));
  const root = (from: number, to: number): Buffer => {
    if (to - from === 1) return hashes[from] ?? Buffer.alloc(0);
    const split = 2 ** Math.ceil(Math.log2(to - from) - 1);
    return nodeHash(root(from, from + split), root(from + split, to));
  };
  const path = (at: number, from: number, to: number): Buffer[] => {
    if (to - from === 1) return [];
    const middle = from + 2 ** Math.ceil(Math.log2(to - from) - 1);
    return at < middle ? [...path(at, from, middle), root(middle, to)] : [...path(at, middle, to), root(from, middle)];
  };
  const size = leaves.length;
  const lines = leaves.map((leaf, index) => ({
    hashes: path(index, 0, size).map((hash) => hash.toString('base64')),
    index,
    leaf,
  }));
  writeLines(bundle, lines);
  const origin = readFileSync(join(keys, 'log.origin'), 'utf8').trim();
  const key = createPrivateKey(readFileSync(join(keys, 'log.pem')));
  const text = checkpointText({ origin, size, root: root(0, size), previous: null });
  writeFileSync(join(bundle, 'checkpoint'), createLogSigner(origin, key).sign(text));
}
