// C2SP checkpoints: origin, size, root, and one extension line that chains each checkpoint to the one before it, so
// that none can be taken out of the history.

import { hash } from 'node:crypto';
import { HASH_BYTES, type Hash } from './merkle.ts';
import { strictBase64 } from './signed-note.ts';

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
  /** SHA-256 of the whole note before this one; null in the first. */
  readonly previous: Hash | null;
}

/** The text that is signed. */
export function checkpointText({ origin, size, root, previous }: Checkpoint): string {
  const chained = previous === null ? 'previous none' : `previous ${previous.toString('base64')}`;
  return `${origin}\n${size}\n${root.toString('base64')}\n${chained}\n`;
}

/** Undefined unless `text` is exactly what `checkpointText` makes. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin, sizeText, rootText, chained] = text.split('\n');
  if (origin === undefined || sizeText === undefined || rootText === undefined || chained === undefined) {
    return undefined;
  }
  const [size, root] = [Number(sizeText), strictBase64(rootText)];
  const previous = chained === 'previous none' ? null : strictBase64(chained.slice('previous '.length));
  if (!Number.isSafeInteger(size) || size < 0 || root?.length !== HASH_BYTES) return undefined;
  if (previous === undefined || (previous !== null && previous.length !== HASH_BYTES)) return undefined;
  const checkpoint = { origin, size, root, previous };
  return checkpointText(checkpoint) === text ? checkpoint : undefined;
}

/** What the next checkpoint names as its `previous`. */
export function noteHash(note: string): Hash {
  return hash('sha256', Buffer.from(note, 'utf8'), 'buffer');
}
