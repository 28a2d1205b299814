// The Merkle tree of RFC 6962 §2.1 as a right edge: the roots of the perfect subtrees, largest first. Adding a leaf
// touches only the edge, so a log of a hundred million leaves continues from 27 hashes.

import { hash } from 'node:crypto';

export type Hash = Buffer;

export interface Edge {
  readonly size: number;
  /** One root for each bit of `size` that is set, from the highest. */
  readonly subtrees: readonly Hash[];
}

export const EMPTY_EDGE: Edge = { size: 0, subtrees: [] };
export const HASH_BYTES = 32;

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

export function leafHash(leaf: Buffer): Hash {
  return hash('sha256', Buffer.concat([LEAF, leaf]), 'buffer');
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return hash('sha256', Buffer.concat([NODE, left, right]), 'buffer');
}

/** The edge after one more leaf. */
export function extend({ size, subtrees }: Edge, leaf: Hash): Edge {
  const next = [...subtrees];
  let carried = leaf;
  // Like adding one in binary: every low bit that is set is a perfect subtree of the same height to merge with.
  for (let bits = size; bits % 2 === 1; bits = (bits - 1) / 2) {
    const left = next.pop();
    if (left === undefined) throw new RangeError(`expected ${bitsSet(size)} subtrees at size ${size}`);
    carried = nodeHash(left, carried);
  }
  next.push(carried);
  return { size: size + 1, subtrees: next };
}

/** The tree's root; for an empty tree the hash of nothing. */
export function rootOf({ subtrees }: Edge): Hash {
  return (
    subtrees.reduceRight<Hash | undefined>(
      (right, left) => (right === undefined ? left : nodeHash(left, right)),
      undefined,
    ) ?? hash('sha256', Buffer.alloc(0), 'buffer')
  );
}

/** The edge from its hex hashes; undefined when their number does not fit the size. */
export function parseEdge(size: number, subtrees: readonly string[]): Edge | undefined {
  if (!Number.isSafeInteger(size) || size < 0 || subtrees.length !== bitsSet(size)) return undefined;
  if (!subtrees.every((text) => /^[0-9a-f]{64}$/.test(text))) return undefined;
  return { size, subtrees: subtrees.map((text) => Buffer.from(text, 'hex')) };
}

function bitsSet(size: number): number {
  let count = 0;
  for (let bits = size; bits > 0; bits = Math.floor(bits / 2)) count += bits % 2;
  return count;
}
