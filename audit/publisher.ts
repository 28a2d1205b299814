// Brings what was committed into files anybody can check without the database: leaves, then a signed checkpoint over
// them. The steps, each durable before the next:
//
//   committed (transaction) → leaves → tiles → history line → checkpoint → edge → older open tiles removed
//     → published (transaction)
//
// A checkpoint is published once its history line is whole. A kill or an error between two steps is repaired by
// `recoverPublished`, which every start and every retry after an error runs.

import type { Clock } from '../store/core/clock.ts';
import type { Logger } from '../store/core/logger.ts';
import type { Database } from '../store/database.ts';
import { readHead } from './append.ts';
import { type Checkpoint, checkpointText, noteHash } from './checkpoint.ts';
import { EvidenceFault } from './evidence-fault.ts';
import type { EvidenceFolder } from './evidence-folder.ts';
import {
  CHECKPOINT_FILE,
  EDGE_FILE,
  edgeText,
  HISTORY_FILE,
  historyLine,
  LEAVES_PER_FILE,
  leafLines,
  leavesFile,
} from './log-files.ts';
import { type Edge, extend, leafHash, rootOf } from './merkle.ts';
import { type PublishedState, recoverPublished } from './published-state.ts';
import { readLeaves } from './read-leaves.ts';
import { removeOtherTiles, writeTile } from './recover-tiles.ts';
import type { LogSigner } from './signed-note.ts';
import { fileOf, type OpenTiles, openTiles, TileBuilder } from './tile.ts';

export interface EvidencePublisher {
  /** When it resolves, everything committed before the call is in the files under a signed checkpoint. */
  flush(): Promise<void>;
  /** The last checkpoint's note; undefined before the first event. */
  checkpoint(): string | undefined;
  /** Why the last attempt failed; undefined while publishing works. */
  trouble(): Error | undefined;
  /** Publishes once more and stops. */
  stop(): Promise<void>;
}

export interface PublisherInput {
  readonly database: Database;
  readonly folder: EvidenceFolder;
  readonly signer: LogSigner;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default 1000: committed events are in the files at most about this much later. */
  readonly everyMs?: number;
}

/** Checks and repairs the folder, publishes what waits, then goes on by itself. Throws an EvidenceFault. */
export async function openEvidencePublisher(input: PublisherInput): Promise<EvidencePublisher> {
  let state: PublishedState | undefined = await recoverPublished(input);
  let note = state.note;
  let trouble: Error | undefined;
  let running: Promise<void> | undefined;
  let again: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    try {
      const from = state ?? (await recoverPublished(input));
      state = undefined;
      state = await publish(input, from);
      note = state.note;
      trouble = undefined;
    } catch (error) {
      const before = trouble?.message;
      trouble = error instanceof Error ? error : new Error(String(error));
      // Tried again every second: the same trouble is said once.
      if (trouble.message !== before) input.logger.error('evidence.publish-failed', trouble);
      throw trouble;
    }
  };
  const start = (): Promise<void> => {
    running = run().finally(() => {
      running = undefined;
    });
    return running;
  };
  // A run under way may have read before the caller's commit: only one that starts later covers it.
  const flush = (): Promise<void> => {
    if (running === undefined) return start();
    again ??= running
      .catch(() => {})
      .then(() => {
        again = undefined;
        return start();
      });
    return again;
  };

  await flush();
  const cancel = input.clock.every(input.everyMs ?? 1000, () => {
    if (running !== undefined) return;
    start().catch(() => {});
  });
  return {
    flush,
    checkpoint: () => note,
    trouble: () => trouble,
    async stop() {
      cancel();
      await flush();
    },
  };
}

async function publish(input: PublisherInput, from: PublishedState): Promise<PublishedState> {
  const { database } = input;
  const head = await database.transaction(readHead);
  if (head.size < from.edge.size) {
    throw new EvidenceFault(
      `the database has been rolled back: it holds ${head.size} leaves, ${from.edge.size} are published and signed`,
    );
  }
  if (head.size > from.edge.size) return publishLeaves(input, from, head);
  if (head.published !== head.size) await savePublished(input, head.size);
  return from;
}

async function publishLeaves(input: PublisherInput, from: PublishedState, head: Edge): Promise<PublishedState> {
  const { folder, signer } = input;
  const { edge, tiles } = await writeLeaves(input, from, head.size);
  if (!rootOf(edge).equals(rootOf(head))) {
    throw new EvidenceFault(`the database's ${head.size} leaves do not continue the ${from.edge.size} published ones`);
  }
  const checkpoint: Checkpoint = {
    origin: signer.name,
    size: edge.size,
    root: rootOf(edge),
    previous: from.note === undefined ? null : noteHash(from.note),
  };
  const note = signer.sign(checkpointText(checkpoint));
  await folder.append(HISTORY_FILE, Buffer.from(historyLine(note), 'utf8'));
  await folder.replace(CHECKPOINT_FILE, Buffer.from(note, 'utf8'));
  await writeEdge(folder, edge);
  await removeOtherTiles(folder, openFiles(edge.size, tiles), openFiles(from.edge.size, from.tiles));
  await savePublished(input, edge.size);
  return { edge, tiles, note };
}

const openFiles = (size: number, tiles: OpenTiles): readonly string[] => openTiles(size, tiles).map(fileOf);

async function writeLeaves(
  { database, folder }: PublisherInput,
  from: PublishedState,
  size: number,
): Promise<Pick<PublishedState, 'edge' | 'tiles'>> {
  let edge = from.edge;
  const builder = new TileBuilder(edge.size, from.tiles);
  while (edge.size < size) {
    const first = edge.size;
    const fileEnd = first - (first % LEAVES_PER_FILE) + LEAVES_PER_FILE;
    const leaves = await readLeaves(database, first, Math.min(fileEnd, size));
    await folder.append(leavesFile(first), leafLines(leaves));
    for (const leaf of leaves) {
      const hash = leafHash(Buffer.from(leaf, 'utf8'));
      edge = extend(edge, hash);
      builder.add(hash);
    }
    for (const tile of builder.takeFull()) await writeTile(folder, tile);
  }
  const tiles = builder.open();
  // Most levels stand as they were.
  const there = new Set(openFiles(from.edge.size, from.tiles));
  for (const tile of openTiles(size, tiles)) if (!there.has(fileOf(tile))) await writeTile(folder, tile);
  return { edge, tiles };
}

function writeEdge(folder: EvidenceFolder, edge: Edge): Promise<void> {
  return folder.replace(EDGE_FILE, Buffer.from(edgeText(edge), 'utf8'));
}

async function savePublished({ database }: PublisherInput, published: number): Promise<void> {
  await database.transaction((tx) => tx.updateTable('evidence_head').set({ published }).execute());
}
