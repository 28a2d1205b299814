// Exactly what an approver is shown, and its hash: an approval is bound to it, and the evidence keeps both. It covers
// what was asked, what earlier approvals have left of it, and every sentence in both languages.

import { createHash } from 'node:crypto';
import { canonicalJson } from '../../store/core/canonical-json.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import { differencesOf } from './differences.ts';
import { type RiskLight, riskLights } from './risk-lights.ts';
import { sentencesOf } from './sentences.ts';
import type { Told } from './told.ts';

export interface Shown {
  readonly summary: readonly Sentence[];
  readonly lights: readonly RiskLight[];
  readonly differences: readonly Sentence[];
  /** Hex SHA-256. */
  readonly hash: string;
}

export function shownOf(told: Told, contentHash: string): Shown {
  const parts = { summary: sentencesOf(told), lights: riskLights(told), differences: differencesOf(told) };
  const { windows, channels, ...rest } = told.left;
  const left = {
    ...rest,
    windows: windows.map((window) => ({ ...window })),
    channels: channels.map(({ files, destinations, ...channel }) => ({
      ...channel,
      files: files && { ...files },
      destinations: destinations?.map((each) => ({ ...each })) ?? null,
    })),
    changes: rest.changes.map((change) => ({ ...change })),
  };
  const text = canonicalJson({
    contentHash,
    left,
    summary: parts.summary.map((each) => ({ ...each })),
    lights: parts.lights.map(({ sentence, ...light }) => ({ ...light, sentence: { ...sentence } })),
    differences: parts.differences.map((each) => ({ ...each })),
  });
  return { ...parts, hash: createHash('sha256').update(text).digest('hex') };
}
