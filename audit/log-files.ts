// The names and shapes of the log's files. FORMAT.md is the normative text.

import { LEAVES_FOLDER } from './evidence-folder.ts';
import { type Edge, parseEdge } from './merkle.ts';

export const VERIFIER_KEY_FILE = 'log.vkey';
export const CHECKPOINT_FILE = 'checkpoint';
export const HISTORY_FILE = 'checkpoints';
export const EDGE_FILE = 'edge';

/** Leaves per file, one per line; the last file holds the rest. */
export const LEAVES_PER_FILE = 4096;

/** The file that holds leaf `index`. */
export function leavesFile(index: number): string {
  const first = index - (index % LEAVES_PER_FILE);
  return `${LEAVES_FOLDER}/${String(first).padStart(12, '0')}.jsonl`;
}

/** Every leaf file of a log with `size` leaves. */
export function leavesFiles(size: number): readonly string[] {
  return Array.from({ length: Math.ceil(size / LEAVES_PER_FILE) }, (_, nth) => leavesFile(nth * LEAVES_PER_FILE));
}

export function leafLines(leaves: readonly string[]): Buffer {
  return Buffer.from(leaves.map((leaf) => `${leaf}\n`).join(''), 'utf8');
}

/** A note as one line of the history: a JSON string. */
export function historyLine(note: string): string {
  return `${JSON.stringify(note)}\n`;
}

/** The note of a history line without its newline; undefined when it is not one. */
export function parseHistoryLine(line: string): string | undefined {
  try {
    const note: unknown = JSON.parse(line);
    return typeof note === 'string' && JSON.stringify(note) === line ? note : undefined;
  } catch {
    return undefined;
  }
}

export function edgeText({ size, subtrees }: Edge): string {
  return `${[String(size), ...subtrees.map((subtree) => subtree.toString('hex'))].join('\n')}\n`;
}

/** Undefined unless `text` is exactly what `edgeText` makes. */
export function parseEdgeText(text: string): Edge | undefined {
  const [sizeText, ...subtrees] = text.slice(0, -1).split('\n');
  const edge = parseEdge(Number(sizeText), subtrees);
  return edge !== undefined && edgeText(edge) === text ? edge : undefined;
}
