// Verifies a data folder, or a copy of one, from its files alone: the evidence log, and every recording against it.
// This is what `sluice verify` runs.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../audit/finding.ts';
import { type LogFacts, type VerifyLogInput, verifyLog } from '../../audit/verify-log.ts';
import { TRACKS } from '../format/track.ts';
import { checkRecording } from './check-recording.ts';
import { collectDestructions } from './destruction-claims.ts';
import { collectClaims, isExpected, type RecordingClaims } from './recording-claims.ts';

export interface VerifyDataFolderInput extends Omit<VerifyLogInput, 'directory' | 'onEvent'> {
  readonly evidenceDirectory: string;
  readonly recordingsDirectory: string;
}

export interface RecordingFacts {
  readonly recordings: number;
  readonly sealed: number;
  readonly recovered: number;
  /** Still running when the last checkpoint was signed, or not recovered yet. */
  readonly open: number;
  /** By two people, as the log says. */
  readonly destroyed: number;
  readonly bytes: number;
}

export interface DataFolderReport {
  /** Empty means: everything below is as it was signed. Files start with `evidence/` or `recordings/`. */
  readonly findings: readonly Finding[];
  readonly log: LogFacts;
  readonly recordings: RecordingFacts;
}

/** Rejects only when the disk cannot be read, or the trusted key is no verifier key. */
export async function verifyDataFolder(input: VerifyDataFolderInput): Promise<DataFolderReport> {
  const { evidenceDirectory, recordingsDirectory, ...trust } = input;
  const collector = collectClaims();
  const destructions = collectDestructions();
  // Listed before the log is read and again after: sessions may open meanwhile.
  const before = await list(recordingsDirectory);
  const log = await verifyLog({
    ...trust,
    directory: evidenceDirectory,
    onEvent(event, file) {
      collector.add(event, file);
      destructions.add(event, file);
    },
  });
  const { claims } = collector;
  const after = await list(recordingsDirectory);
  const findings = [
    ...[...log.findings, ...collector.findings(), ...destructions.findings].map((finding) =>
      under('evidence', finding),
    ),
    ...strangers(before, claims).map((finding) => under('recordings', finding)),
  ];
  let bytes = 0;
  for (const claim of claims.values()) {
    const there = after.some(({ name, isDirectory }) => isDirectory && name === claim.session);
    if (claim.destroyed !== undefined) {
      if (there) findings.push(under('recordings', stillThere(claim, claim.destroyed.leaf)));
      continue;
    }
    if (!there) {
      findings.push(...missing(claim).map((finding) => under('recordings', finding)));
      continue;
    }
    const check = await checkRecording(recordingsDirectory, claim);
    bytes += check.bytes;
    findings.push(...check.findings.map((finding) => under('recordings', finding)));
  }
  return { findings, log: log.facts, recordings: { ...count([...claims.values()]), bytes } };
}

interface Entry {
  readonly name: string;
  readonly isDirectory: boolean;
}

async function list(directory: string): Promise<readonly Entry[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function strangers(listing: readonly Entry[], claims: ReadonlyMap<string, RecordingClaims>): readonly Finding[] {
  return listing
    .filter(({ name, isDirectory }) => !isDirectory || !claims.has(name))
    .map(({ name, isDirectory }) => ({
      where: { file: name },
      sentence: isDirectory
        ? { zh: '证据日志中没有这份录像', en: 'the evidence log does not know this recording' }
        : { zh: '多出的文件', en: 'this file does not belong here' },
    }));
}

function stillThere({ session }: RecordingClaims, leaf: number): Finding {
  const sentence = {
    zh: `第 ${leaf} 条证据记有此录像已销毁，文件却还在`,
    en: `leaf ${leaf} says that this recording was destroyed, and it is still there`,
  };
  return { where: { file: session }, sentence };
}

function missing(claims: RecordingClaims): readonly Finding[] {
  if (!TRACKS.some((track) => isExpected(claims, track))) return [];
  const { session, leaf } = claims;
  const sentence = {
    zh: `整份录像缺失（第 ${leaf} 条证据记有此录像）`,
    en: `the whole recording is missing (leaf ${leaf} names it)`,
  };
  return [{ where: { file: session }, sentence }];
}

function count(claims: readonly RecordingClaims[]): Omit<RecordingFacts, 'bytes'> {
  const kept = claims.filter(({ destroyed }) => destroyed === undefined);
  const fixedBy = (event: string) => kept.filter(({ fixed }) => fixed?.by === event).length;
  return {
    recordings: claims.length,
    sealed: fixedBy('recording.sealed'),
    recovered: fixedBy('recording.recovered'),
    open: kept.filter(({ fixed }) => fixed === undefined).length,
    destroyed: claims.length - kept.length,
  };
}

function under(folder: string, { where, sentence }: Finding): Finding {
  return { where: { ...where, file: join(folder, where.file) }, sentence };
}
