import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Edge, EMPTY_EDGE, extend, type Hash, leafHash, parseEdge, rootOf } from '../../audit/merkle.ts';
import { consistencyRanges, inclusionRanges, verifyConsistency, verifyInclusion } from '../../audit/proof.ts';
import { treeHash } from '../../audit/tile.ts';

const edgeOf = (leaves: readonly Hash[]): Edge => leaves.reduce(extend, EMPTY_EDGE);
const rootOver = (leaves: readonly Hash[]): Hash => rootOf(edgeOf(leaves));
const leavesUpTo = (count: number): Hash[] =>
  Array.from({ length: count }, (_, nth) => leafHash(Buffer.from(String(nth))));
const inclusionProof = (leaves: readonly Hash[], index: number): readonly Hash[] =>
  inclusionRanges(index, leaves.length).map(({ from, to }) => treeHash(leaves.slice(from, to)));
const consistencyProof = (leaves: readonly Hash[], size: number): readonly Hash[] =>
  consistencyRanges(size, leaves.length).map(({ from, to }) => treeHash(leaves.slice(from, to)));

test('the roots of the published test vectors come out (R19)', () => {
  const lines = readFileSync(join(import.meta.dirname, '../vectors/merkle.txt'), 'utf8')
    .trimEnd()
    .split('\n');
  const vectors = lines.filter((line) => !line.startsWith('#') && !line.startsWith('expect:'));
  let edge = EMPTY_EDGE;
  expect(rootOf(edge).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  for (const [leaf = '', root] of vectors.map((line) => line.split(' '))) {
    edge = extend(edge, leafHash(Buffer.from(leaf === '-' ? '' : leaf, 'hex')));
    expect(rootOf(edge).toString('hex')).toBe(root);
  }
  expect(edge.size).toBe(8);
});

test('an edge survives being written down, and only with as many hashes as its size asks for', () => {
  for (let size = 0; size < 70; size += 1) {
    const edge = edgeOf(leavesUpTo(size));
    const texts = edge.subtrees.map((subtree) => subtree.toString('hex'));
    expect(parseEdge(size, texts)).toEqual(edge);
    expect(parseEdge(size, [...texts, '0'.repeat(64)])).toBeUndefined();
  }
  expect(parseEdge(1, ['x'])).toBeUndefined();
  expect(parseEdge(-1, [])).toBeUndefined();
  expect(parseEdge(0.5, [])).toBeUndefined();
});

test('every leaf of every tree up to 40 leaves has a proof, and no other leaf can use it (R19)', () => {
  for (let size = 1; size <= 40; size += 1) {
    const leaves = leavesUpTo(size);
    const root = rootOver(leaves);
    leaves.forEach((leaf, index) => {
      const proof = inclusionProof(leaves, index);
      expect(verifyInclusion({ leaf, index, size, root, proof })).toBe(true);
      const other = (index + 1) % size;
      if (size > 1) expect(verifyInclusion({ leaf, index: other, size, root, proof })).toBe(false);
      expect(verifyInclusion({ leaf: root, index, size, root, proof: [...proof, root] })).toBe(false);
    });
  }
});

test('every pair of sizes up to 40 has a consistency proof (R19)', () => {
  const all = leavesUpTo(40);
  for (let size = 0; size <= 40; size += 1) {
    for (let oldSize = 0; oldSize <= size; oldSize += 1) {
      const [leaves, root] = [all.slice(0, size), rootOver(all.slice(0, size))];
      const claim = { oldSize, oldRoot: rootOver(all.slice(0, oldSize)), size, root };
      const proof = consistencyProof(leaves, oldSize);
      expect(verifyConsistency({ ...claim, proof }), `${oldSize} in ${size}`).toBe(true);
      if (oldSize > 0) {
        const oldRoot = leafHash(claim.oldRoot);
        expect(verifyConsistency({ ...claim, oldRoot, proof }), `${oldSize} in ${size}`).toBe(false);
      }
    }
  }
});

test('a proof with a changed, missing or added hash proves nothing (R19)', () => {
  const size = fc.integer({ min: 2, max: 200 });
  fc.assert(
    fc.property(size, fc.nat(), fc.nat(), fc.integer({ min: 0, max: 255 }), (count, at, which, bit) => {
      const leaves = leavesUpTo(count);
      const root = rootOver(leaves);
      const index = at % count;
      const proof = inclusionProof(leaves, index);
      const nth = which % proof.length;
      const changed = proof.map((hash, place) => (place === nth ? flip(hash, bit) : hash));
      const leaf = leaves[index] ?? root;
      const fails = (broken: readonly Hash[]) => !verifyInclusion({ leaf, index, size: count, root, proof: broken });
      return fails(changed) && fails(proof.toSpliced(nth, 1)) && fails(proof.toSpliced(nth, 0, root));
    }),
  );
});

function flip(hash: Hash, bit: number): Hash {
  const changed = Buffer.from(hash);
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}
