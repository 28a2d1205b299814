import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_EDGE, extend, type Hash, leafHash, rootOf } from '../../audit/merkle.ts';
import { consistencyRanges, inclusionRanges, verifyConsistency, verifyInclusion } from '../../audit/proof.ts';
import {
  edgeOfTiles,
  fileOf,
  openTiles,
  TileBuilder,
  tileBytes,
  tileFile,
  tileFiles,
  treeHash,
} from '../../audit/tile.ts';
import { TileTree } from '../../audit/tile-tree.ts';

const leavesUpTo = (count: number): Hash[] =>
  Array.from({ length: count }, (_, nth) => leafHash(Buffer.from(String(nth))));

/** The tile files of the first `count` leaves, and how often one was read. */
function tilesOf(leaves: readonly Hash[]) {
  const builder = new TileBuilder(0, []);
  for (const leaf of leaves) builder.add(leaf);
  const tiles = [...builder.takeFull(), ...openTiles(leaves.length, builder.open())];
  const files = new Map(tiles.map((tile) => [fileOf(tile), tileBytes(tile)]));
  let reads = 0;
  const tree = () =>
    new TileTree(
      {
        async read(name) {
          reads += 1;
          return files.get(name);
        },
      },
      leaves.length,
    );
  return { builder, files, tree, reads: () => reads };
}

const all = leavesUpTo(70_000);

test('tiles have the names and sizes of the specification (R19)', () => {
  expect(tileFile(0, 1_234_067, 256)).toBe('tile/0/x001/x234/067');
  expect(tileFile(1, 0, 17)).toBe('tile/1/000.p/17');
  const files = tileFiles(70_000);
  expect(files.filter((file) => file.startsWith('tile/0/') && !file.includes('.p/'))).toHaveLength(273);
  expect(files.filter((file) => !/^tile\/0\/\d{3}$/.test(file))).toEqual([
    'tile/0/273.p/112',
    'tile/1/000',
    'tile/1/001.p/17',
    'tile/2/000.p/1',
  ]);
  expect(tileFiles(256)).toEqual(['tile/0/000', 'tile/1/000.p/1']);
  expect(tileFiles(0)).toEqual([]);
});

test('the tiles of 70,000 leaves are exactly the listed ones and lead to the root (R19)', () => {
  const { builder, files } = tilesOf(all);
  expect([...files.keys()].sort()).toEqual([...tileFiles(70_000)].sort());
  expect([...files.values()].every((bytes) => bytes.length <= 8192)).toBe(true);
  const edge = all.reduce(extend, EMPTY_EDGE);
  expect(edgeOfTiles(70_000, builder.open())).toEqual(edge);
});

test('a builder that goes on from open tiles makes the same ones', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(sizes, (steps) => {
      let [size, open] = [0, new TileBuilder(0, []).open()];
      const full: string[] = [];
      for (const step of steps) {
        const builder = new TileBuilder(size, open);
        for (const leaf of all.slice(size, size + step)) builder.add(leaf);
        size += step;
        full.push(...builder.takeFull().map(fileOf));
        open = builder.open();
      }
      expect([...full, ...openTiles(size, open).map(fileOf)].sort()).toEqual([...tileFiles(size)].sort());
      expect(rootOf(edgeOfTiles(size, open))).toEqual(treeHash(all.slice(0, size)));
    }),
    { numRuns: 50 },
  );
});

test('the proof of any leaf comes out of a few tiles (R19)', async () => {
  const { tree, reads } = tilesOf(all);
  const root = treeHash(all);
  const indices = fc.integer({ min: 0, max: all.length - 1 });
  await fc.assert(
    fc.asyncProperty(indices, async (index) => {
      const before = reads();
      const proof = await tree().hashes(inclusionRanges(index, all.length));
      expect(reads() - before).toBeLessThanOrEqual(6);
      const leaf = all[index] ?? root;
      expect(verifyInclusion({ leaf, index, size: all.length, root, proof })).toBe(true);
    }),
  );
});

test('so does the proof that any two sizes are of one log (R19)', async () => {
  const { tree, reads } = tilesOf(all);
  const sizes = fc.integer({ min: 0, max: all.length });
  await fc.assert(
    fc.asyncProperty(sizes, sizes, async (one, other) => {
      const [oldSize, size] = [Math.min(one, other), Math.max(one, other)];
      const before = reads();
      const proof = await tree().hashes(consistencyRanges(oldSize, size));
      expect(reads() - before).toBeLessThanOrEqual(10);
      const claim = { oldSize, oldRoot: treeHash(all.slice(0, oldSize)), size, root: treeHash(all.slice(0, size)) };
      expect(verifyConsistency({ ...claim, proof })).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test('a tile that is missing or has another size is a fault, not a proof (R19)', async () => {
  const { files, tree } = tilesOf(all.slice(0, 300));
  files.set('tile/0/001.p/44', Buffer.alloc(43 * 32));
  await expect(tree().hashes(inclusionRanges(299, 300))).rejects.toThrow('tile/0/001.p/44');
  files.delete('tile/0/000');
  await expect(tree().hashes(inclusionRanges(0, 300))).rejects.toThrow('tile/0/000');
});
