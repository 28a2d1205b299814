// Reads the hash of any range of leaves from tiles: a few files of 8 KiB each, whatever the size of the log.

import { EvidenceFault } from './evidence-fault.ts';
import type { EvidenceFolder } from './evidence-folder.ts';
import { type Hash, nodeHash } from './merkle.ts';
import { type Range, splitPoint } from './proof.ts';
import { levelWidths, parseTile, TILE_WIDTH, tileFile, treeHash } from './tile.ts';

/** A tile that the published tree must have is not there, or not whole. */
export class TileMissing extends EvidenceFault {}

/** The tree over the first `size` leaves, which must be what is published. Each tile is read once. */
export class TileTree {
  readonly #folder: Pick<EvidenceFolder, 'read'>;
  readonly #widths: readonly number[];
  readonly #tiles = new Map<string, Promise<readonly Hash[]>>();

  constructor(folder: Pick<EvidenceFolder, 'read'>, size: number) {
    this.#folder = folder;
    this.#widths = levelWidths(size);
  }

  hashes(ranges: readonly Range[]): Promise<readonly Hash[]> {
    return Promise.all(ranges.map((range) => this.hash(range)));
  }

  /** The root over the leaves from `from` up to `to`; `from` is a multiple of a power of two that is at least as long. */
  async hash({ from, to }: Range): Promise<Hash> {
    const length = to - from;
    const split = length === 1 ? 1 : splitPoint(length) * 2;
    if (split === length) return this.#perfect(from, length);
    const middle = from + split / 2;
    return nodeHash(await this.hash({ from, to: middle }), await this.hash({ from: middle, to }));
  }

  async #perfect(from: number, length: number): Promise<Hash> {
    let [level, first, count] = [0, from, length];
    for (; count >= TILE_WIDTH; level += 1) [first, count] = [first / TILE_WIDTH, count / TILE_WIDTH];
    const offset = first % TILE_WIDTH;
    const tile = await this.#tile(level, (first - offset) / TILE_WIDTH);
    return treeHash(tile.slice(offset, offset + count));
  }

  #tile(level: number, index: number): Promise<readonly Hash[]> {
    const width = Math.min(TILE_WIDTH, (this.#widths[level] ?? 0) - index * TILE_WIDTH);
    const file = tileFile(level, index, width);
    const known = this.#tiles.get(file);
    if (known !== undefined) return known;
    const read = this.#folder.read(file).then((bytes) => {
      const hashes = bytes === undefined ? undefined : parseTile(bytes, width);
      if (hashes === undefined) throw new TileMissing(`expected the tile ${file}, it is missing or not whole`);
      return hashes;
    });
    this.#tiles.set(file, read);
    return read;
  }
}
