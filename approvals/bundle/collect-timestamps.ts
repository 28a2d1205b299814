// Which timestamps go into a bundle: for each of its events the first that covers it, because that is the earliest time
// by which it was there; and, where an authority can be asked, one of the bundle's own checkpoint, which covers the rest.

import { noteHash, parseTreeHead, type TreeHead } from '../../audit/checkpoint.ts';
import type { EvidenceFolder } from '../../audit/evidence-folder.ts';
import { HISTORY_FILE, parseHistoryLine } from '../../audit/log-files.ts';
import type { LogProofs } from '../../audit/log-proofs.ts';
import { parseNote } from '../../audit/signed-note.ts';
import { openToken } from '../../audit/timestamp/time-stamp.ts';
import { readTimestamps } from '../../audit/timestamp/verify-timestamps.ts';
import { bundleTimestampLine } from './bundle-timestamps.ts';

export interface TimestampSource {
  readonly evidence: Pick<EvidenceFolder, 'read'>;
  readonly proofs: Pick<LogProofs, 'consistency'>;
  /** A token for a note, from the authority; undefined where none answers. Absent where there is none to ask. */
  readonly stamp?: (note: string) => Promise<Buffer | undefined>;
}

/** The lines of the bundle's file, in order. `indices`: of its events, growing. */
export async function collectTimestamps(
  { evidence, proofs, stamp }: TimestampSource,
  head: TreeHead,
  indices: readonly number[],
): Promise<readonly string[]> {
  const notes = await notesUpTo(evidence, head.size);
  const tokens = new Map<number, Buffer>();
  for (const { stored } of await readTimestamps(evidence)) {
    const note = stored && notes.get(stored.size);
    if (stored !== undefined && note !== undefined && fits(stored.token, note)) tokens.set(stored.size, stored.token);
  }
  const own = notes.get(head.size);
  if (stamp !== undefined && own !== undefined && !tokens.has(head.size)) {
    const token = await stamp(own);
    if (token !== undefined) tokens.set(head.size, token);
  }
  const sizes = [...tokens.keys()].sort((a, b) => a - b);
  const first = indices.map((index) => sizes.find((size) => size > index)).filter((size) => size !== undefined);
  return Promise.all(
    [...new Set(first)].map(async (size) => {
      const [note = '', token = Buffer.alloc(0)] = [notes.get(size), tokens.get(size)];
      return bundleTimestampLine({ note, token, consistency: await proofs.consistency(size, head.size) });
    }),
  );
}

/** Without the lines of witnesses: as it was published, and stamped. */
async function notesUpTo(evidence: TimestampSource['evidence'], most: number): Promise<ReadonlyMap<number, string>> {
  const notes = new Map<number, string>();
  for (const line of ((await evidence.read(HISTORY_FILE)) ?? Buffer.alloc(0)).toString('utf8').split('\n')) {
    const note = parseHistoryLine(line);
    const size = note === undefined ? undefined : parseTreeHead(parseNote(note)?.text ?? '')?.size;
    if (note !== undefined && size !== undefined && size <= most) notes.set(size, note);
  }
  return notes;
}

/** A damaged one is found where the log itself is verified; it proves nothing to a stranger. */
function fits(token: Buffer, note: string): boolean {
  try {
    return openToken(token).imprint.equals(noteHash(note));
  } catch {
    return false;
  }
}
