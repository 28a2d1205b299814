// Where publishing stands, found again at every start and after every fault from the files and the database alone. It
// repairs what a kill between two steps leaves behind and refuses everything a kill cannot explain.

import type { Database } from '../store/database.ts';
import { readHead } from './append.ts';
import { type Checkpoint, noteHash, parseCheckpoint } from './checkpoint.ts';
import { EvidenceFault } from './evidence-fault.ts';
import { type EvidenceFolder, LEAVES_FOLDER, UNFINISHED } from './evidence-folder.ts';
import {
  CHECKPOINT_FILE,
  EDGE_FILE,
  edgeText,
  HISTORY_FILE,
  LEAVES_PER_FILE,
  leafLines,
  leavesFile,
  leavesFiles,
  parseEdgeText,
  parseHistoryLine,
  VERIFIER_KEY_FILE,
} from './log-files.ts';
import { type Edge, EMPTY_EDGE, extend, type Hash, leafHash, rootOf } from './merkle.ts';
import { readLeaves } from './read-leaves.ts';
import { recoverTiles } from './recover-tiles.ts';
import { type LogSigner, openNote, parseVerifierKey } from './signed-note.ts';
import type { OpenTiles } from './tile.ts';
import { TIMESTAMPS_FILE } from './timestamp/timestamp-file.ts';
import { COSIGNATURES_FILE } from './witness/cosignature-file.ts';

/** What the last checkpoint covers. */
export interface PublishedState {
  readonly edge: Edge;
  readonly tiles: OpenTiles;
  /** The last checkpoint's note; undefined before the first. */
  readonly note: string | undefined;
}

export interface PublishedWhere {
  readonly database: Database;
  readonly folder: EvidenceFolder;
  readonly signer: LogSigner;
}

/** The last history line is shorter than this, witness signatures included. */
const HISTORY_TAIL_BYTES = 65_536;

/** Throws an EvidenceFault where going on would sign a contradiction. */
export async function recoverPublished(where: PublishedWhere): Promise<PublishedState> {
  const { folder } = where;
  await folder.prepare();
  const files = await folder.list();
  for (const file of files.filter((name) => name.endsWith(UNFINISHED))) await folder.remove(file);
  for (const file of [COSIGNATURES_FILE, TIMESTAMPS_FILE]) await cutTornLine(folder, file);
  const last = await lastCheckpoint(where);
  await repairVerifierKey(where, last === undefined);
  if (last !== undefined) await repairCheckpointFile(folder, last);
  const size = last?.checkpoint.size ?? 0;
  await refuseRollback(where.database, size);
  const edge = await recoverEdge(where, size, last?.checkpoint.root ?? rootOf(EMPTY_EDGE));
  await repairLeaves(where, size, files);
  const tiles = await recoverTiles(where, edge, files);
  return { edge, tiles, note: last?.note };
}

/** A kill in the middle of an append leaves a part of a line. */
async function cutTornLine(folder: EvidenceFolder, file: string): Promise<void> {
  if (((await folder.read(file, -1)) ?? Buffer.alloc(0)).toString('latin1') === '\n') return;
  const bytes = (await folder.read(file)) ?? Buffer.alloc(0);
  const whole = bytes.lastIndexOf('\n') + 1;
  if (whole < bytes.length) await folder.truncate(file, whole);
}

interface Last {
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

/** The last whole line of the history, which is where a checkpoint becomes published. Cuts a line torn by a kill. */
async function lastCheckpoint({ folder, signer }: PublishedWhere): Promise<Last | undefined> {
  const tail = (await folder.read(HISTORY_FILE, -HISTORY_TAIL_BYTES)) ?? Buffer.alloc(0);
  const end = tail.lastIndexOf('\n') + 1;
  if (end < tail.length) {
    const length = (await folder.read(HISTORY_FILE))?.length ?? 0;
    await folder.truncate(HISTORY_FILE, length - (tail.length - end));
  }
  if (end === 0) return undefined;
  const line = tail.subarray(0, end - 1).toString('utf8');
  const note = parseHistoryLine(line.slice(line.lastIndexOf('\n') + 1));
  const checkpoint = note === undefined ? undefined : openCheckpoint(note, signer);
  if (note === undefined || checkpoint === undefined) {
    throw new EvidenceFault(`the last line of ${HISTORY_FILE} is no checkpoint signed by this log's key`);
  }
  return { note, checkpoint };
}

function openCheckpoint(note: string, signer: LogSigner): Checkpoint | undefined {
  const key = parseVerifierKey(signer.verifierKey);
  const text = key === undefined ? undefined : openNote(note, key);
  return text === undefined ? undefined : parseCheckpoint(text);
}

async function repairVerifierKey({ folder, signer }: PublishedWhere, isNew: boolean): Promise<void> {
  const expected = `${signer.verifierKey}\n`;
  const found = (await folder.read(VERIFIER_KEY_FILE))?.toString('utf8');
  if (found === expected) return;
  if (found !== undefined || !isNew) {
    throw new EvidenceFault(`${VERIFIER_KEY_FILE} is not the key this log signs with: ${found ?? 'it is missing'}`);
  }
  await folder.replace(VERIFIER_KEY_FILE, Buffer.from(expected, 'utf8'));
}

/** A kill leaves the checkpoint before the last one, or none before the first; nothing else is repaired. */
async function repairCheckpointFile(folder: EvidenceFolder, { note, checkpoint }: Last): Promise<void> {
  const found = (await folder.read(CHECKPOINT_FILE))?.toString('utf8');
  if (found === note) return;
  const { previous } = checkpoint;
  const oneBehind = found === undefined ? previous === null : previous !== null && noteHash(found).equals(previous);
  if (!oneBehind) {
    throw new EvidenceFault(`${CHECKPOINT_FILE} does not belong to the history: a file was put back or changed`);
  }
  await folder.replace(CHECKPOINT_FILE, Buffer.from(note, 'utf8'));
}

async function refuseRollback(database: Database, checkpointed: number): Promise<void> {
  const { size, published } = await database.transaction(readHead);
  if (size < checkpointed) {
    throw new EvidenceFault(
      `the database has been rolled back: it holds ${size} leaves, ${checkpointed} are published and signed`,
    );
  }
  if (published > checkpointed) {
    throw new EvidenceFault(
      `the evidence files have been rolled back: they hold ${checkpointed} leaves, ${published} were published`,
    );
  }
}

/** The right edge at the checkpoint: from its file and the leaves since, or, where that fails, from every leaf. */
async function recoverEdge({ database, folder }: PublishedWhere, size: number, root: Hash): Promise<Edge> {
  const found = (await folder.read(EDGE_FILE))?.toString('utf8') ?? '';
  const kept = parseEdgeText(found);
  const starts = kept !== undefined && kept.size <= size ? [kept, EMPTY_EDGE] : [EMPTY_EDGE];
  for (const start of starts) {
    const edge = await extendTo(database, start, size);
    if (!rootOf(edge).equals(root)) continue;
    if (size > 0 && edgeText(edge) !== found) await folder.replace(EDGE_FILE, Buffer.from(edgeText(edge), 'utf8'));
    return edge;
  }
  throw new EvidenceFault(`the database's first ${size} leaves are not the ones that are published and signed`);
}

async function extendTo(database: Database, start: Edge, size: number): Promise<Edge> {
  let edge = start;
  while (edge.size < size) {
    const leaves = await readLeaves(database, edge.size, Math.min(edge.size + LEAVES_PER_FILE, size));
    edge = leaves.reduce((grown, leaf) => extend(grown, leafHash(Buffer.from(leaf, 'utf8'))), edge);
  }
  return edge;
}

/** Cuts what was written behind the last checkpoint: it was never signed and will be written again. */
async function repairLeaves(
  { database, folder }: PublishedWhere,
  size: number,
  files: readonly string[],
): Promise<void> {
  const expected = new Set(leavesFiles(size));
  const beyond = files.filter((file) => file.startsWith(`${LEAVES_FOLDER}/`) && !expected.has(file));
  for (const file of beyond.filter((name) => !name.endsWith(UNFINISHED))) await folder.remove(file);
  const first = size - (size % LEAVES_PER_FILE);
  if (first === size) return;
  const file = leavesFile(first);
  const lines = leafLines(await readLeaves(database, first, size));
  const found = (await folder.read(file)) ?? Buffer.alloc(0);
  if (!found.subarray(0, lines.length).equals(lines)) {
    throw new EvidenceFault(`${file} does not hold the leaves of the database that are published and signed`);
  }
  if (found.length > lines.length) await folder.truncate(file, lines.length);
}
