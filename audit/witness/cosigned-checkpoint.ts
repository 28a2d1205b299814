// The best checkpoint out of the files to hand out with proofs: the largest one over at least so many leaves that enough
// witnesses have cosigned, with their lines; where there is none, the latest.

import { parseTreeHead } from '../checkpoint.ts';
import type { EvidenceFolder } from '../evidence-folder.ts';
import { HISTORY_FILE, parseHistoryLine } from '../log-files.ts';
import { parseNote } from '../signed-note.ts';
import { cosignedAt } from './cosignature-file.ts';
import { CosignedNotes } from './cosigned-notes.ts';
import { meetsQuorum, type TrustPolicy } from './trust-policy.ts';
import { readCosignatures } from './verify-cosignatures.ts';

export interface HandedCheckpoint {
  readonly note: string;
  readonly size: number;
  /** Enough witnesses of the policy have cosigned it; true where none are asked for. */
  readonly enough: boolean;
}

/** Undefined while no checkpoint covers `least` leaves. */
export async function cosignedCheckpoint(
  folder: Pick<EvidenceFolder, 'read'>,
  policy: TrustPolicy | null,
  least: number,
): Promise<HandedCheckpoint | undefined> {
  const notes = await notesFrom(folder, least);
  const latest = [...notes.keys()].sort((a, b) => b - a)[0];
  const note = latest === undefined ? undefined : notes.get(latest);
  if (latest === undefined || note === undefined) return undefined;
  if (policy === null || policy.quorum === null) return { note, size: latest, enough: true };
  const cosigned = new CosignedNotes(policy);
  const signers = new Map<number, Set<string>>();
  for (const { stored } of await readCosignatures(folder)) {
    const of = stored && notes.get(stored.size);
    const witness = policy.witnesses.find(({ verifierKey }) => verifierKey === stored?.verifierKey);
    if (stored === undefined || of === undefined || witness === undefined) continue;
    if (cosignedAt(stored, parseNote(of)?.text ?? '') === undefined) continue;
    cosigned.add(of, witness.name, stored.line);
    signers.set(stored.size, (signers.get(stored.size) ?? new Set()).add(witness.name));
  }
  const best = cosigned.best() ?? note;
  const size = parseTreeHead(parseNote(best)?.text ?? '')?.size ?? latest;
  return { note: best, size, enough: meetsQuorum(policy, signers.get(size) ?? new Set()) };
}

async function notesFrom(folder: Pick<EvidenceFolder, 'read'>, least: number): Promise<ReadonlyMap<number, string>> {
  const notes = new Map<number, string>();
  const history = ((await folder.read(HISTORY_FILE)) ?? Buffer.alloc(0)).toString('utf8').split('\n').slice(0, -1);
  for (const line of history.reverse()) {
    const note = parseHistoryLine(line);
    const size = note === undefined ? undefined : parseTreeHead(parseNote(note)?.text ?? '')?.size;
    if (note === undefined || size === undefined || size < least) break;
    notes.set(size, note);
  }
  return notes;
}
