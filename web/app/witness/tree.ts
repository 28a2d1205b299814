// The little of RFC 6962 that a browser needs to hold the server to what it signed: one proof, checked with WebCrypto.

const NODE = 1;
const HASH_BYTES = 32;

export type Hash = Uint8Array<ArrayBuffer>;

export interface Consistency {
  readonly oldSize: number;
  readonly oldRoot: Hash;
  readonly size: number;
  readonly root: Hash;
  readonly proof: readonly Hash[];
}

/** RFC 9162 §2.1.4.2; `oldSize` is at least 1. */
export async function continues({ oldSize, oldRoot, size, root, proof }: Consistency): Promise<boolean> {
  if (oldSize < 1 || oldSize > size) return false;
  if (oldSize === size) return proof.length === 0 && equal(oldRoot, root);
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : [...proof];
  let [node, last] = [oldSize - 1, size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  const [first, ...siblings] = path;
  if (first === undefined) return false;
  let [older, newer] = [first, first];
  for (const sibling of siblings) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      [older, newer] = [await parent(sibling, older), await parent(sibling, newer)];
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else newer = await parent(newer, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equal(older, oldRoot) && equal(newer, root);
}

export function equal(a: Hash, b: Hash): boolean {
  return a.length === b.length && a.every((byte, nth) => byte === b[nth]);
}

/** Undefined unless it is one hash in standard base 64. */
export function readHash(text: string): Hash | undefined {
  const bytes = readBase64(text);
  return bytes?.length === HASH_BYTES ? bytes : undefined;
}

export function readBase64(text: string): Hash | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

async function parent(left: Hash, right: Hash): Promise<Hash> {
  const bytes = new Uint8Array([NODE, ...left, ...right]);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

function isPowerOfTwo(size: number): boolean {
  return Number.isInteger(Math.log2(size));
}

function half(value: number): number {
  return Math.floor(value / 2);
}
