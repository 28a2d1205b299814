// Checks every cosignature in the folder against the checkpoint it names, and says how much of the log witnesses have
// seen. A cosignature by a key that is known from elsewhere is what a thief of the log's own key cannot make.

import type { EvidenceFolder } from '../evidence-folder.ts';
import type { Finding } from '../finding.ts';
import { parseNote } from '../signed-note.ts';
import { COSIGNATURES_FILE, cosignedAt, parseCosignatureLine, type StoredCosignature } from './cosignature-file.ts';
import { coveredSize, type TrustPolicy } from './trust-policy.ts';

export interface WitnessFacts {
  readonly name: string;
  readonly verifierKey: string;
  /** The policy names its key. */
  readonly known: boolean;
  /** The largest checkpoint it cosigned, and when, milliseconds since 1970. */
  readonly size: number;
  readonly at: number;
}

export interface CosignatureFacts {
  readonly cosignatures: number;
  readonly witnesses: readonly WitnessFacts[];
  /** Leaves that enough witnesses of the policy have cosigned; undefined without a policy, or where it asks for none. */
  readonly covered: number | undefined;
}

export interface PlacedCosignature {
  readonly offset: number;
  /** Undefined where the line is none. */
  readonly stored: StoredCosignature | undefined;
}

export async function readCosignatures(folder: Pick<EvidenceFolder, 'read'>): Promise<readonly PlacedCosignature[]> {
  const bytes = (await folder.read(COSIGNATURES_FILE)) ?? Buffer.alloc(0);
  const placed: PlacedCosignature[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const end = bytes.indexOf('\n', offset);
    const text = end < 0 ? undefined : bytes.subarray(offset, end).toString('utf8');
    placed.push({ offset, stored: text === undefined ? undefined : parseCosignatureLine(text) });
    offset = end < 0 ? bytes.length : end + 1;
  }
  return placed;
}

/** `notes`: the checkpoints of the sizes that are named, from a history that was checked. */
export function verifyCosignatures(
  placed: readonly PlacedCosignature[],
  notes: ReadonlyMap<number, string>,
  policy: TrustPolicy | undefined,
): { readonly findings: readonly Finding[]; readonly facts: CosignatureFacts } {
  const findings: Finding[] = [];
  const witnesses = new Map<string, WitnessFacts>();
  for (const { offset, stored } of placed) {
    const where = { file: COSIGNATURES_FILE, offset };
    const note = stored === undefined ? undefined : notes.get(stored.size);
    const seconds = stored === undefined ? undefined : cosignedAt(stored, parseNote(note ?? '')?.text ?? '');
    if (stored === undefined) {
      findings.push({ where, sentence: { zh: '不是完整的见证签名', en: 'this is not a whole cosignature' } });
    } else if (note === undefined) {
      const sentence = {
        zh: `没有 ${stored.size} 条的检查点，见证签名却为它而签`,
        en: `a witness cosigned a checkpoint over ${stored.size} leaves that is not in the history`,
      };
      findings.push({ where, sentence });
    } else if (seconds === undefined) {
      const sentence = { zh: '见证签名与检查点不符', en: 'the cosignature does not fit the checkpoint' };
      findings.push({ where, sentence });
    } else addTo(witnesses, stored, seconds * 1000, policy);
  }
  const facts = [...witnesses.values()];
  if (policy !== undefined) findings.push(...tooFew(facts, policy));
  return { findings, facts: { cosignatures: placed.length, witnesses: facts, covered: covered(facts, policy) } };
}

function addTo(
  witnesses: Map<string, WitnessFacts>,
  { size, verifierKey, key }: StoredCosignature,
  at: number,
  policy: TrustPolicy | undefined,
): void {
  if ((witnesses.get(verifierKey)?.size ?? 0) > size) return;
  const known = policy?.witnesses.find((witness) => witness.verifierKey === verifierKey);
  const name = known?.name ?? key.name;
  witnesses.set(verifierKey, { name, verifierKey, known: known !== undefined, size, at });
}

function covered(facts: readonly WitnessFacts[], policy: TrustPolicy | undefined): number | undefined {
  if (policy === undefined || policy.quorum === null) return undefined;
  return coveredSize(policy, new Map(facts.filter(({ known }) => known).map(({ name, size }) => [name, size])));
}

function tooFew(facts: readonly WitnessFacts[], policy: TrustPolicy): readonly Finding[] {
  if (covered(facts, policy) !== 0) return [];
  const sentence = {
    zh: '见证签名不足：没有一个检查点由所要求的见证方签名',
    en: 'too few cosignatures: no checkpoint is cosigned by the witnesses that are asked for',
  };
  return [{ where: { file: COSIGNATURES_FILE }, sentence }];
}
