// Inclusion and consistency proofs: RFC 6962 §2.1.1 and §2.1.2 to make them, RFC 9162 §2.1.3.2 and §2.1.4.2 to check
// them. Over hashes: whoever checks needs no leaf but its own.

import { EMPTY_EDGE, extend, type Hash, nodeHash, rootOf } from './merkle.ts';

/** The path that shows that leaf `index` is in the tree over `leaves`. */
export function inclusionProof(leaves: readonly Hash[], index: number): readonly Hash[] {
  if (index < 0 || index >= leaves.length) throw new RangeError(`expected a leaf below ${leaves.length}, got ${index}`);
  if (leaves.length === 1) return [];
  const split = splitPoint(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionProof(left, index), treeHash(right)]
    : [...inclusionProof(right, index - split), treeHash(left)];
}

/** Shows that the tree over the first `size` leaves is a prefix of the tree over all of them. */
export function consistencyProof(leaves: readonly Hash[], size: number): readonly Hash[] {
  if (size < 0 || size > leaves.length) throw new RangeError(`expected a size up to ${leaves.length}, got ${size}`);
  return size === 0 || size === leaves.length ? [] : subproof(leaves, size, true);
}

export interface InclusionClaim {
  readonly leaf: Hash;
  readonly index: number;
  readonly size: number;
  readonly root: Hash;
  readonly proof: readonly Hash[];
}

export function verifyInclusion({ leaf, index, size, root, proof }: InclusionClaim): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [node, last, computed] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      computed = nodeHash(sibling, computed);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else computed = nodeHash(computed, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && computed.equals(root);
}

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Hash;
  readonly size: number;
  readonly root: Hash;
  readonly proof: readonly Hash[];
}

export function verifyConsistency({ oldSize, oldRoot, size, root, proof }: ConsistencyClaim): boolean {
  if (!(oldSize >= 0 && oldSize <= size)) return false;
  if (oldSize === 0) return proof.length === 0 && oldRoot.equals(rootOf(EMPTY_EDGE));
  if (oldSize === size) return proof.length === 0 && oldRoot.equals(root);
  // A perfect old tree is itself the first node of the path and is left out of the proof.
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : [...proof];
  let [node, last] = [oldSize - 1, size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  const [first, ...siblings] = path;
  if (first === undefined) return false;
  let [computedOld, computed] = [first, first];
  for (const sibling of siblings) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      computedOld = nodeHash(sibling, computedOld);
      computed = nodeHash(sibling, computed);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else computed = nodeHash(computed, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && computedOld.equals(oldRoot) && computed.equals(root);
}

function subproof(leaves: readonly Hash[], size: number, known: boolean): readonly Hash[] {
  if (size === leaves.length) return known ? [] : [treeHash(leaves)];
  const split = splitPoint(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return size <= split
    ? [...subproof(left, size, known), treeHash(right)]
    : [...subproof(right, size - split, false), treeHash(left)];
}

function treeHash(leaves: readonly Hash[]): Hash {
  return rootOf(leaves.reduce(extend, EMPTY_EDGE));
}

/** The largest power of two below `length`. */
function splitPoint(length: number): number {
  let split = 1;
  while (split * 2 < length) split *= 2;
  return split;
}

function isPowerOfTwo(size: number): boolean {
  return Number.isInteger(Math.log2(size));
}

function half(value: number): number {
  return Math.floor(value / 2);
}
