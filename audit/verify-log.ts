// Verifies an evidence log from its files alone: no database, no private key, nothing of this program running.

import type { X509Certificate } from 'node:crypto';
import { openEvidenceFolder } from './evidence-folder.ts';
import type { Finding } from './finding.ts';
import { CHECKPOINT_FILE, EDGE_FILE, HISTORY_FILE, leavesFiles, VERIFIER_KEY_FILE } from './log-files.ts';
import { tileFiles } from './tile.ts';
import { TIMESTAMPS_FILE } from './timestamp/timestamp-file.ts';
import {
  readTimestamps,
  TakenTimestamps,
  type TimestampFacts,
  verifyTimestamps,
} from './timestamp/verify-timestamps.ts';
import { type HistoryTrust, verifyHistory } from './verify-history.ts';
import { type LoggedEvent, verifyLeaves } from './verify-leaves.ts';
import { COSIGNATURES_FILE } from './witness/cosignature-file.ts';
import type { TrustPolicy } from './witness/trust-policy.ts';
import { type CosignatureFacts, readCosignatures, verifyCosignatures } from './witness/verify-cosignatures.ts';

export interface LogReport {
  readonly findings: readonly Finding[];
  readonly facts: LogFacts;
}

export interface LogFacts {
  /** Undefined when not even the key could be read. */
  readonly origin: string | undefined;
  readonly leaves: number;
  readonly checkpoints: number;
  /** Base64 root of the latest checkpoint. */
  readonly root: string | undefined;
  /** Times of the first and last leaf, milliseconds since 1970. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** How often a leaf is earlier by the wall clock than the one before it: somebody set the clock. */
  readonly clockSetBack: number;
  /** The longest time between two leaves, by the wall clock. */
  readonly longestSilenceMs: number;
  /** The key was known from elsewhere and did not have to be believed. */
  readonly keyTrusted: boolean;
  readonly keptCheckpoints: number;
  readonly witnessing: CosignatureFacts;
  readonly stamping: TimestampFacts;
}

export interface VerifyLogInput extends HistoryTrust {
  readonly directory: string;
  /** Which witnesses are known from elsewhere, and how many of them are enough. */
  readonly policy?: TrustPolicy;
  /** Certificates that timestamps must lead to, as they are known from elsewhere. */
  readonly timestampAuthorities?: readonly X509Certificate[];
  readonly onEvent?: (event: LoggedEvent, file: string) => void;
}

/** Findings name files relative to `directory`. Rejects only when the disk cannot be read. */
export async function verifyLog(input: VerifyLogInput): Promise<LogReport> {
  const folder = openEvidenceFolder(input.directory);
  const cosignatures = await readCosignatures(folder);
  const timestamps = await readTimestamps(folder);
  const named = [...cosignatures, ...timestamps].flatMap(({ stored }) => (stored === undefined ? [] : [stored.size]));
  const history = await verifyHistory(folder, input, new Set(named));
  const witnessing = verifyCosignatures(cosignatures, history.notes, input.policy);
  const size = history.latest?.size ?? 0;
  const times = new Times();
  const taken = new TakenTimestamps();
  const leaves = await verifyLeaves({
    folder,
    size,
    origin: history.key?.name ?? '',
    roots: history.roots,
    onEvent(event, file) {
      times.add(event.at);
      taken.add(event);
      input.onEvent?.(event, file);
    },
  });
  const stamping = verifyTimestamps(timestamps, history.notes, taken, input.timestampAuthorities);
  const unexpected = unexpectedFiles(await folder.list(), size);
  return {
    findings: [...history.findings, ...witnessing.findings, ...stamping.findings, ...leaves, ...unexpected],
    facts: {
      origin: history.key?.name,
      leaves: size,
      checkpoints: history.checkpoints,
      root: history.latest?.root.toString('base64'),
      from: times.from,
      to: times.to,
      clockSetBack: times.setBack,
      longestSilenceMs: times.longestSilence,
      keyTrusted: input.verifierKey !== undefined,
      keptCheckpoints: input.keptCheckpoints?.length ?? 0,
      witnessing: witnessing.facts,
      stamping: stamping.facts,
    },
  };
}

class Times {
  from: number | undefined;
  to: number | undefined;
  setBack = 0;
  longestSilence = 0;

  add(at: number): void {
    this.from ??= at;
    if (this.to !== undefined && at < this.to) this.setBack += 1;
    this.longestSilence = Math.max(this.longestSilence, at - (this.to ?? at));
    this.to = at;
  }
}

function unexpectedFiles(files: readonly string[], size: number): readonly Finding[] {
  const known = [VERIFIER_KEY_FILE, CHECKPOINT_FILE, HISTORY_FILE, EDGE_FILE, COSIGNATURES_FILE, TIMESTAMPS_FILE];
  const expected = new Set([...known, ...leavesFiles(size), ...tileFiles(size)]);
  return files
    .filter((file) => !expected.has(file))
    .map((file) => ({ where: { file }, sentence: { zh: '多出的文件', en: 'this file does not belong here' } }));
}
