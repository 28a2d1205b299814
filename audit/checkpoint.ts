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

/** What every log's checkpoints have, whatever lines they add. */
export interface TreeHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

/** A checkpoint of any log; undefined when it is none, or has a second spelling. Attacker-controlled. */
export function parseTreeHead(text: string): TreeHead | undefined {
  const [origin = '', sizeText = '', rootText = '', ...more] = text.split('\n');
  const [size, root] = [Number(sizeText), strictBase64(rootText)];
  if (origin === '' || more.pop() !== '' || more.includes('')) return undefined;
  if (!/^(0|[1-9]\d{0,15})$/.test(sizeText) || !Number.isSafeInteger(size)) return undefined;
  return root?.length === HASH_BYTES ? { origin, size, root } : undefined;
}

/** What the next checkpoint names as its `previous`. */
export function noteHash(note: string): Hash {
  return hash('sha256', Buffer.from(note, 'utf8'), 'buffer');
}
