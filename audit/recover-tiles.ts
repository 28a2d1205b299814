// The tiles at a start: those of the published tree are believed when every file is there and the open ones lead to its
// edge; otherwise all are made again from the leaves. A wrong full tile shows in `verify-log` and in every proof that
// takes it; removing the folder of tiles makes them anew.

import type { Database } from '../store/database.ts';
import { EvidenceFault } from './evidence-fault.ts';
import { type EvidenceFolder, UNFINISHED } from './evidence-folder.ts';
import { edgeText, LEAVES_PER_FILE } from './log-files.ts';
import { type Edge, leafHash } from './merkle.ts';
import { readLeaves } from './read-leaves.ts';
import {
  edgeOfTiles,
  fileOf,
  levelWidths,
  type OpenTiles,
  openTiles,
  parseTile,
  TILE_FOLDER,
  TILE_WIDTH,
  type Tile,
  TileBuilder,
  tileBytes,
  tileFile,
  tileFiles,
} from './tile.ts';

interface Where {
  readonly database: Database;
  readonly folder: EvidenceFolder;
}

/** `files` is what lies in the folder. Tiles behind the last checkpoint are removed: they are written again. */
export async function recoverTiles(where: Where, edge: Edge, files: readonly string[]): Promise<OpenTiles> {
  const expected = tileFiles(edge.size);
  await removeOtherTiles(where.folder, expected, files);
  const there = new Set(files);
  const found = expected.every((file) => there.has(file)) ? await readOpen(where.folder, edge.size) : undefined;
  if (found !== undefined && edgeText(edgeOfTiles(edge.size, found)) === edgeText(edge)) return found;
  return makeAgain(where, edge);
}

/** Removes every tile file that the list does not have. */
export async function removeOtherTiles(
  folder: EvidenceFolder,
  expected: readonly string[],
  files: readonly string[],
): Promise<void> {
  const keep = new Set(expected);
  const others = files.filter((file) => file.startsWith(`${TILE_FOLDER}/`) && !keep.has(file));
  for (const file of others.filter((name) => !name.endsWith(UNFINISHED))) await folder.remove(file);
}

export function writeTile(folder: EvidenceFolder, tile: Tile): Promise<void> {
  return folder.replace(fileOf(tile), tileBytes(tile));
}

async function readOpen(folder: EvidenceFolder, size: number): Promise<OpenTiles | undefined> {
  const open: OpenTiles[number][] = [];
  for (const [level, count] of levelWidths(size).entries()) {
    const width = count % TILE_WIDTH;
    const bytes =
      width === 0 ? Buffer.alloc(0) : await folder.read(tileFile(level, Math.floor(count / TILE_WIDTH), width));
    const hashes = bytes === undefined ? undefined : parseTile(bytes, width);
    if (hashes === undefined) return undefined;
    open.push(hashes);
  }
  return open;
}

async function makeAgain({ database, folder }: Where, edge: Edge): Promise<OpenTiles> {
  const builder = new TileBuilder(0, []);
  for (let from = 0; from < edge.size; from += LEAVES_PER_FILE) {
    const leaves = await readLeaves(database, from, Math.min(from + LEAVES_PER_FILE, edge.size));
    for (const leaf of leaves) builder.add(leafHash(Buffer.from(leaf, 'utf8')));
    for (const tile of builder.takeFull()) await writeWhereDifferent(folder, tile);
  }
  const open = builder.open();
  if (edgeText(edgeOfTiles(edge.size, open)) !== edgeText(edge)) {
    throw new EvidenceFault(`the database's first ${edge.size} leaves are not the ones that are published and signed`);
  }
  for (const tile of openTiles(edge.size, open)) await writeWhereDifferent(folder, tile);
  return open;
}

async function writeWhereDifferent(folder: EvidenceFolder, tile: Tile): Promise<void> {
  const found = await folder.read(fileOf(tile));
  if (found?.equals(tileBytes(tile)) !== true) await writeTile(folder, tile);
}
