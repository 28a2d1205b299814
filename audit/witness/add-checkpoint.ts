// What a witness is asked (C2SP tlog-witness): the size it last cosigned, the proof that the log continues from there,
// the new checkpoint. The same text over HTTP and in a file carried by hand.

import { HASH_BYTES, type Hash } from '../merkle.ts';
import { strictBase64 } from '../signed-note.ts';

export interface AddCheckpoint {
  readonly oldSize: number;
  readonly proof: readonly Hash[];
  /** The whole note. */
  readonly checkpoint: string;
}

/** The most hashes a proof may have. */
const MOST_HASHES = 63;
/** Longer than any request; more is not read. */
export const MOST_REQUEST_BYTES = 16 * 1024;
/** How a witness says that it last cosigned another size. */
export const SIZE_TYPE = 'text/x.tlog.size';

export function addCheckpointText({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  const lines = [`old ${oldSize}`, ...proof.map((hash) => hash.toString('base64'))];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Undefined unless `text` is exactly what `addCheckpointText` makes. Attacker-controlled. */
export function parseAddCheckpoint(text: string): AddCheckpoint | undefined {
  const end = text.indexOf('\n\n');
  if (end < 0 || text.length > MOST_REQUEST_BYTES) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\n');
  const [, sizeText = ''] = /^old (0|[1-9]\d{0,15})$/.exec(first) ?? [];
  const proof = lines.map(strictBase64).filter((hash) => hash?.length === HASH_BYTES) as readonly Hash[];
  const oldSize = Number(sizeText);
  if (sizeText === '' || !Number.isSafeInteger(oldSize)) return undefined;
  if (proof.length !== lines.length || proof.length > MOST_HASHES) return undefined;
  return { oldSize, proof, checkpoint: text.slice(end + 2) };
}

/** The size in an answer of type `SIZE_TYPE`. */
export function parseSize(body: string): number | undefined {
  const [, digits] = /^(0|[1-9]\d{0,15})\n$/.exec(body) ?? [];
  const size = Number(digits);
  return digits !== undefined && Number.isSafeInteger(size) ? size : undefined;
}
