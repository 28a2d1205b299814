// C2SP tlog-proof: one text that shows, to whoever knows the log's public key and nothing else, that a leaf is in the
// log. There is one spelling of each proof.

import { parseCheckpoint } from './checkpoint.ts';
import { HASH_BYTES, type Hash, leafHash } from './merkle.ts';
import { verifyInclusion } from './proof.ts';
import { openNote, parseNote, strictBase64, type VerifierKey } from './signed-note.ts';

export interface TlogProof {
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Hash[];
  /** The whole note of a checkpoint that covers the leaf, cosignatures included. */
  readonly checkpoint: string;
  /** Not authenticated by anything. */
  readonly extra?: Buffer;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A tree of 2⁵³ leaves has no longer path. */
const MOST_HASHES = 53;

export function tlogProofText({ index, hashes, checkpoint, extra }: TlogProof): string {
  const lines = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Undefined unless `text` is exactly what `tlogProofText` makes. Attacker-controlled. */
export function parseTlogProof(text: string): TlogProof | undefined {
  const end = text.indexOf('\n\n');
  if (end < 0) return undefined;
  const [header, ...lines] = text.slice(0, end).split('\n');
  const extra = lines[0]?.startsWith('extra ') === true ? strictBase64(lines.shift()?.slice(6) ?? '') : null;
  const index = Number(lines.shift()?.slice('index '.length));
  const hashes = lines.map(strictBase64).filter((hash) => hash?.length === HASH_BYTES) as readonly Hash[];
  const checkpoint = text.slice(end + 2);
  if (header !== HEADER || extra === undefined || !Number.isSafeInteger(index) || index < 0) return undefined;
  if (hashes.length !== lines.length || hashes.length > MOST_HASHES || parseNote(checkpoint) === undefined) {
    return undefined;
  }
  const proof = { index, hashes, checkpoint, ...(extra === null ? {} : { extra }) };
  return tlogProofText(proof) === text ? proof : undefined;
}

/** Whether `leaf` is in the log that `key` signs, at the place and under the checkpoint that the proof says. */
export function provesLeaf({ index, hashes, checkpoint }: TlogProof, leaf: Buffer, key: VerifierKey): boolean {
  const text = openNote(checkpoint, key);
  const head = text === undefined ? undefined : parseCheckpoint(text);
  if (head === undefined || head.origin !== key.name) return false;
  return verifyInclusion({ leaf: leafHash(leaf), index, size: head.size, root: head.root, proof: hashes });
}
