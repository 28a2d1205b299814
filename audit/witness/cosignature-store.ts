// The cosignatures as they lie in the folder: added to, never changed. Several processes may add: each line is one write.

import type { EvidenceFolder } from '../evidence-folder.ts';
import { parseSignature } from '../signed-note.ts';
import {
  COSIGNATURES_FILE,
  cosignatureLine,
  parseCosignatureLine,
  type StoredCosignature,
} from './cosignature-file.ts';

/** The largest checkpoint that a witness has cosigned, and when it says it did, milliseconds since 1970. */
export interface LastCosigned {
  readonly size: number;
  readonly at: number;
}

/** Lines of some thousand cosignatures. */
const TAIL_BYTES = 1024 * 1024;

/** By verifier key, out of the last ones in the file. */
export async function lastCosigned(folder: Pick<EvidenceFolder, 'read'>): Promise<ReadonlyMap<string, LastCosigned>> {
  const bytes = (await folder.read(COSIGNATURES_FILE, -TAIL_BYTES)) ?? Buffer.alloc(0);
  const found = new Map<string, LastCosigned>();
  for (const text of bytes.toString('utf8').split('\n')) {
    const stored = parseCosignatureLine(text);
    if (stored === undefined || (found.get(stored.verifierKey)?.size ?? 0) > stored.size) continue;
    const seconds = parseSignature(stored.line)?.bytes.readBigUInt64BE() ?? 0n;
    found.set(stored.verifierKey, { size: stored.size, at: Number(seconds) * 1000 });
  }
  return found;
}

export function keepCosignature(folder: Pick<EvidenceFolder, 'append'>, stored: StoredCosignature): Promise<void> {
  return folder.append(COSIGNATURES_FILE, Buffer.from(cosignatureLine(stored), 'utf8'));
}
