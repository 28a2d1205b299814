// Hash tiles (C2SP tlog-tiles): the tree's hashes in files of 256, so that any proof is read and nothing is hashed again.
// Level 0 holds leaf hashes; each hash above is the root of one full tile below. Tiles are derived from the leaves.

import { type Edge, EMPTY_EDGE, extend, HASH_BYTES, type Hash, rootOf } from './merkle.ts';

export const TILE_FOLDER = 'tile';
export const TILE_WIDTH = 256;

export interface Tile {
  readonly level: number;
  /** From 0 within its level. */
  readonly index: number;
  /** 256 of a full tile, fewer of the last one of a level. */
  readonly hashes: readonly Hash[];
}

/** The last tile of each level, from level 0, as far as it is not full: all that is needed to go on. */
export type OpenTiles = readonly (readonly Hash[])[];

/** Where a tile lies; `width` is how many hashes it has. */
export function tileFile(level: number, index: number, width: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const parts = padded.match(/.{3}/g) ?? [];
  const path = parts.map((part, nth) => (nth === parts.length - 1 ? part : `x${part}`)).join('/');
  return `${TILE_FOLDER}/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** How many hashes each level of a tree with `size` leaves has, from level 0. */
export function levelWidths(size: number): readonly number[] {
  const widths: number[] = [];
  for (let width = size; width > 0; width = Math.floor(width / TILE_WIDTH)) widths.push(width);
  return widths;
}

/** Every tile file of a tree with `size` leaves: the full ones, and of each level the one that is not. */
export function tileFiles(size: number): readonly string[] {
  return levelWidths(size).flatMap((width, level) => {
    const full = Math.floor(width / TILE_WIDTH);
    const files = Array.from({ length: full }, (_, index) => tileFile(level, index, TILE_WIDTH));
    return width % TILE_WIDTH === 0 ? files : [...files, tileFile(level, full, width % TILE_WIDTH)];
  });
}

export function tileBytes({ hashes }: Tile): Buffer {
  return Buffer.concat(hashes);
}

/** Undefined unless it is `width` hashes. */
export function parseTile(bytes: Buffer, width: number): readonly Hash[] | undefined {
  if (bytes.length !== width * HASH_BYTES) return undefined;
  return Array.from({ length: width }, (_, nth) => bytes.subarray(nth * HASH_BYTES, (nth + 1) * HASH_BYTES));
}

/** Takes leaf hashes in order and hands out each tile as it fills. */
export class TileBuilder {
  readonly #open: Hash[][];
  readonly #counts: number[];
  readonly #full: Tile[] = [];

  constructor(size: number, open: OpenTiles) {
    this.#open = open.map((hashes) => [...hashes]);
    this.#counts = [...levelWidths(size)];
  }

  add(leaf: Hash): void {
    let carried = leaf;
    for (let level = 0; ; level += 1) {
      const hashes = this.#open[level] ?? [];
      hashes.push(carried);
      this.#open[level] = hashes;
      const count = (this.#counts[level] ?? 0) + 1;
      this.#counts[level] = count;
      if (hashes.length < TILE_WIDTH) return;
      this.#full.push({ level, index: count / TILE_WIDTH - 1, hashes });
      this.#open[level] = [];
      carried = treeHash(hashes);
    }
  }

  /** The tiles that have filled since the last call. */
  takeFull(): readonly Tile[] {
    return this.#full.splice(0);
  }

  open(): OpenTiles {
    return this.#open.map((hashes) => [...hashes]);
  }
}

/** The file of a tile. */
export function fileOf({ level, index, hashes }: Tile): string {
  return tileFile(level, index, hashes.length);
}

/** The open tiles that hold something, as tiles of a tree with `size` leaves. */
export function openTiles(size: number, open: OpenTiles): readonly Tile[] {
  return levelWidths(size)
    .map((width, level) => ({ level, index: Math.floor(width / TILE_WIDTH), hashes: open[level] ?? [] }))
    .filter(({ hashes }) => hashes.length > 0);
}

/** The right edge that these tiles lead to. */
export function edgeOfTiles(size: number, open: OpenTiles): Edge {
  const subtrees = [...open].reverse().flatMap((hashes) => hashes.reduce(extend, EMPTY_EDGE).subtrees);
  return { size, subtrees };
}

/** The root over some hashes. */
export function treeHash(hashes: readonly Hash[]): Hash {
  return rootOf(hashes.reduce(extend, EMPTY_EDGE));
}
