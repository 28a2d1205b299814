// What `sluice check` says of the witnesses: who has cosigned how much of the log, and who has not for too long.

import { parseTreeHead } from '../../audit/checkpoint.ts';
import { openEvidenceFolder } from '../../audit/evidence-folder.ts';
import { CHECKPOINT_FILE, VERIFIER_KEY_FILE } from '../../audit/log-files.ts';
import { parseNote } from '../../audit/signed-note.ts';
import { lastCosigned } from '../../audit/witness/cosignature-store.ts';
import { coveredSize, type TrustPolicy } from '../../audit/witness/trust-policy.ts';
import { Refusal } from '../../store/core/refusal.ts';
import type { Settings } from '../../store/core/settings.ts';
import type { DataFolder } from './data-folder.ts';
import { asking, loadPolicy } from './witnesses.ts';

export interface WitnessCheck {
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}

export async function checkWitnesses(data: DataFolder, settings: Settings, now: number): Promise<WitnessCheck> {
  const folder = openEvidenceFolder(data.evidence);
  const verifierKey = ((await folder.read(VERIFIER_KEY_FILE)) ?? Buffer.alloc(0)).toString('utf8').trim();
  let policy: TrustPolicy | null;
  try {
    policy = loadPolicy(data, settings, verifierKey);
  } catch (error) {
    if (error instanceof Refusal) return { lines: [], problems: [`${error.sentence.en}: serve will refuse to start`] };
    throw error;
  }
  if (policy === null) return { lines: ['witnesses of the evidence log: none (evidence.policy)'], problems: [] };
  const note = ((await folder.read(CHECKPOINT_FILE)) ?? Buffer.alloc(0)).toString('utf8');
  const size = parseTreeHead(parseNote(note)?.text ?? '')?.size ?? 0;
  const last = await lastCosigned(folder);
  const { silentMs, silentByHandMs } = asking(settings);
  const [lines, problems] = [[`witnesses of the evidence log, which has ${size} leaves`], [] as string[]];
  for (const { name, verifierKey: key, url } of policy.witnesses) {
    const cosigned = last.get(key);
    const said =
      cosigned === undefined ? 'nothing yet' : `${cosigned.size} leaves, ${new Date(cosigned.at).toISOString()}`;
    lines.push(`  ${name.padEnd(24)} ${said}`);
    const quiet = now - (cosigned?.at ?? 0) > (url === null ? silentByHandMs : silentMs);
    if ((cosigned?.size ?? 0) < size && quiet)
      problems.push(`the witness ${name} has not cosigned the log for too long`);
  }
  const sizes = new Map(policy.witnesses.map(({ name, verifierKey: key }) => [name, last.get(key)?.size ?? 0]));
  if (policy.quorum !== null) lines.push(`  enough of them have cosigned ${coveredSize(policy, sizes)} leaves`);
  return { lines, problems };
}
