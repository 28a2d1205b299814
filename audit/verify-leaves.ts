// Hashes every leaf from the files up to the latest checkpoint, compares the root at every checkpoint and every tile on
// the way, and hands each event to whoever wants to compare it with something else.

import { canonicalJson, type Json } from '../store/core/canonical-json.ts';
import type { EvidenceFolder } from './evidence-folder.ts';
import type { Finding } from './finding.ts';
import { EDGE_FILE, edgeText, LEAVES_PER_FILE, leavesFile } from './log-files.ts';
import { type Edge, EMPTY_EDGE, extend, leafHash, rootOf } from './merkle.ts';
import { fileOf, openTiles, type Tile, TileBuilder, tileBytes } from './tile.ts';
import type { ExpectedRoot } from './verify-history.ts';

/** A leaf as it stands in the files. */
export interface LoggedEvent {
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly type: string;
  readonly details: { readonly [name: string]: Json };
}

export interface LeavesInput {
  readonly folder: EvidenceFolder;
  readonly size: number;
  readonly origin: string;
  readonly roots: readonly ExpectedRoot[];
  readonly onEvent: (event: LoggedEvent, file: string) => void;
}

export async function verifyLeaves(input: LeavesInput): Promise<readonly Finding[]> {
  const walk = new Walk(input);
  for (let first = 0; first < input.size; first += LEAVES_PER_FILE) {
    const file = leavesFile(first);
    const bytes = await input.folder.read(file);
    if (bytes === undefined) {
      walk.find(file, first, undefined, { zh: '缺少证据文件', en: 'this file of leaves is missing' });
      return walk.findings;
    }
    if (!walk.file(file, bytes, Math.min(LEAVES_PER_FILE, input.size - first))) return walk.findings;
    await checkTiles(input.folder, walk, walk.tiles.takeFull());
  }
  await checkTiles(input.folder, walk, openTiles(walk.edge.size, walk.tiles.open()));
  await checkEdge(input.folder, walk);
  return walk.findings;
}

class Walk {
  readonly findings: Finding[] = [];
  readonly tiles = new TileBuilder(0, []);
  readonly #input: LeavesInput;
  #edge: Edge = EMPTY_EDGE;
  #nextRoot = 0;
  #agreed = 0;
  #diverged = false;

  constructor(input: LeavesInput) {
    this.#input = input;
  }

  get edge(): Edge {
    return this.#edge;
  }

  find(file: string, leaf: number, offset: number | undefined, sentence: Finding['sentence']): void {
    this.findings.push({ where: offset === undefined ? { file, leaf } : { file, offset, leaf }, sentence });
  }

  /** False when the rest of the log cannot be walked. */
  file(file: string, bytes: Buffer, leaves: number): boolean {
    let offset = 0;
    for (let nth = 0; nth < leaves; nth += 1) {
      const end = bytes.indexOf('\n', offset);
      const index = this.#edge.size;
      if (end < 0) {
        this.find(file, index, offset, { zh: `第 ${index} 条证据不完整`, en: `leaf ${index} is not whole` });
        return false;
      }
      this.#leaf(file, offset, bytes.subarray(offset, end));
      offset = end + 1;
    }
    if (offset === bytes.length) return true;
    const sentence = { zh: '检查点之外还有数据', en: 'there are bytes that no checkpoint covers' };
    this.find(file, this.#edge.size, offset, sentence);
    return true;
  }

  #leaf(file: string, offset: number, leaf: Buffer): void {
    const index = this.#edge.size;
    const event = parseLeaf(leaf, index, this.#input.origin);
    if (event === undefined) {
      this.find(file, index, offset, { zh: `第 ${index} 条证据已被改动`, en: `leaf ${index} has been altered` });
    } else this.#input.onEvent(event, file);
    const hash = leafHash(leaf);
    this.#edge = extend(this.#edge, hash);
    this.tiles.add(hash);
    this.#compareRoots(file);
  }

  #compareRoots(file: string): void {
    const { size } = this.#edge;
    for (;;) {
      const expected = this.#input.roots[this.#nextRoot];
      if (expected === undefined || expected.size > size) return;
      this.#nextRoot += 1;
      if (rootOf(this.#edge).equals(expected.root)) this.#agreed = size;
      else if (!this.#diverged) {
        this.#diverged = true;
        const [first, last] = [this.#agreed, size - 1];
        const [zhWho, enWho] = expected.from === 'kept' ? ['另存的', ' kept elsewhere'] : ['', ''];
        this.find(file, first, undefined, {
          zh: `第 ${first} 至 ${last} 条证据与${zhWho}检查点（${size} 条）不符`,
          en: `leaves ${first} to ${last} do not lead to the checkpoint${enWho} over ${size} leaves`,
        });
      }
    }
  }
}

/** Undefined unless the line is exactly what `append` writes at this place. */
function parseLeaf(leaf: Buffer, index: number, origin: string): LoggedEvent | undefined {
  try {
    const text = leaf.toString('utf8');
    const json = JSON.parse(text) as { readonly [name: string]: Json };
    const { v, at, type, details } = json;
    if (v !== 1 || json.index !== index || typeof at !== 'number' || typeof type !== 'string') return undefined;
    if (typeof details !== 'object' || details === null || Array.isArray(details)) return undefined;
    if (canonicalJson(json) !== text) return undefined;
    const fields = details as { readonly [name: string]: Json };
    if (index === 0 && (type !== 'log.started' || fields.origin !== origin)) return undefined;
    return { index, at, type, details: fields };
  } catch {
    return undefined;
  }
}

async function checkTiles(folder: EvidenceFolder, walk: Walk, tiles: readonly Tile[]): Promise<void> {
  for (const tile of tiles) {
    const file = fileOf(tile);
    const bytes = await folder.read(file);
    if (bytes?.equals(tileBytes(tile)) === true) continue;
    const sentence =
      bytes === undefined
        ? { zh: '缺少哈希块', en: 'this tile of hashes is missing' }
        : { zh: '哈希块与证据不符', en: 'this tile of hashes does not fit the leaves' };
    walk.findings.push({ where: { file }, sentence });
  }
}

async function checkEdge(folder: EvidenceFolder, walk: Walk): Promise<void> {
  const text = (await folder.read(EDGE_FILE))?.toString('utf8');
  if (text === edgeText(walk.edge)) return;
  const sentence =
    text === undefined
      ? { zh: '缺少树边文件', en: "the tree's edge is missing" }
      : { zh: '树边与证据不符', en: "the tree's edge does not fit the leaves" };
  walk.findings.push({ where: { file: EDGE_FILE }, sentence });
}
