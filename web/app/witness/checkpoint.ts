// A signed checkpoint as the browser reads it: how many leaves, which root, and whether the log's key signed it.

import { type Hash, readBase64, readHash } from './tree.ts';

export interface Checkpoint {
  readonly size: number;
  readonly root: Hash;
}

/** Undefined where it is none. */
export function readCheckpoint(note: string): Checkpoint | undefined {
  const [, sizeText = '', rootText = ''] = note.split('\n');
  const [size, root] = [Number(sizeText), readHash(rootText)];
  return /^[1-9]\d{0,15}$/.test(sizeText) && Number.isSafeInteger(size) && root !== undefined
    ? { size, root }
    : undefined;
}

/** Whether the holder of the key signed the note; undefined where this browser cannot tell. */
export async function isSigned(note: string, verifierKey: string): Promise<boolean | undefined> {
  const [name = '', , ...base64] = verifierKey.split('+');
  const raw = readBase64(base64.join('+'));
  const end = note.lastIndexOf('\n\n');
  const line = note
    .slice(end + 2)
    .split('\n')
    .find((each) => each.startsWith(`— ${name} `));
  const signature = readBase64(line?.split(' ')[2] ?? '');
  if (raw?.length !== 33 || end < 0 || signature?.length !== 68) return false;
  const text = new TextEncoder().encode(note.slice(0, end + 1));
  try {
    const key = await crypto.subtle.importKey('raw', raw.slice(1), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, signature.slice(4), text);
  } catch {
    // Older browsers do not know Ed25519; the proof is checked all the same.
    return undefined;
  }
}
