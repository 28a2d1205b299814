// Inclusion and consistency proofs: RFC 6962 §2.1.1 and §2.1.2 to make them, RFC 9162 §2.1.3.2 and §2.1.4.2 to check
// them. To make one is to say which subtrees it takes, whose hashes the tiles have; whoever checks needs no leaf but its
// own.

import { EMPTY_EDGE, type Hash, nodeHash, rootOf } from './merkle.ts';

/** Leaves from `from` up to `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The subtrees whose roots are the path from leaf `index` to the root over `size` leaves. */
export function inclusionRanges(index: number, size: number): readonly Range[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`expected a leaf below ${size}, got ${index}`);
  return pathOf(index, { from: 0, to: size });
}

/** The subtrees whose roots show that the first `oldSize` leaves are a prefix of all `size`. */
export function consistencyRanges(oldSize: number, size: number): readonly Range[] {
  if (!(oldSize >= 0 && oldSize <= size)) throw new RangeError(`expected a size up to ${size}, got ${oldSize}`);
  return oldSize === 0 || oldSize === size ? [] : subproof(oldSize, { from: 0, to: size }, true);
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

function pathOf(index: number, { from, to }: Range): readonly Range[] {
  if (to - from === 1) return [];
  const middle = from + splitPoint(to - from);
  return index < middle
    ? [...pathOf(index, { from, to: middle }), { from: middle, to }]
    : [...pathOf(index, { from: middle, to }), { from, to: middle }];
}

function subproof(size: number, { from, to }: Range, known: boolean): readonly Range[] {
  if (size === to) return known ? [] : [{ from, to }];
  const middle = from + splitPoint(to - from);
  return size <= middle
    ? [...subproof(size, { from, to: middle }, known), { from: middle, to }]
    : [...subproof(size, { from: middle, to }, false), { from, to: middle }];
}

/** The largest power of two below `length`. */
export function splitPoint(length: number): number {
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
