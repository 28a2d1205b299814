// Checks every timestamp in the folder against the checkpoint it names and against the event that says it was taken.

import { hash, type X509Certificate } from 'node:crypto';
import { noteHash } from '../checkpoint.ts';
import type { EvidenceFolder } from '../evidence-folder.ts';
import type { Finding } from '../finding.ts';
import type { LoggedEvent } from '../verify-leaves.ts';
import { isTrusted, openToken, type TimeStamp } from './time-stamp.ts';
import { parseTimestampLine, type StoredTimestamp, TIMESTAMPS_FILE } from './timestamp-file.ts';

export interface TimestampFacts {
  readonly timestamps: number;
  /** How many lead to a certificate that is known from elsewhere; undefined where none was given. */
  readonly trusted: number | undefined;
  /** The largest checkpoint that is stamped, and when, milliseconds since 1970. */
  readonly size: number | undefined;
  readonly at: number | undefined;
}

export interface PlacedTimestamp {
  readonly offset: number;
  readonly stored: StoredTimestamp | undefined;
}

/** What the log says of the timestamps that were taken: which leaf names which SHA-256 of a token. */
export class TakenTimestamps {
  readonly leaves = new Map<string, number>();

  add({ type, details, index }: LoggedEvent): void {
    if (type === 'timestamp.taken' && typeof details.sha256 === 'string') this.leaves.set(details.sha256, index);
  }
}

export async function readTimestamps(folder: Pick<EvidenceFolder, 'read'>): Promise<readonly PlacedTimestamp[]> {
  const bytes = (await folder.read(TIMESTAMPS_FILE)) ?? Buffer.alloc(0);
  const placed: PlacedTimestamp[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const end = bytes.indexOf('\n', offset);
    const text = end < 0 ? undefined : bytes.subarray(offset, end).toString('utf8');
    placed.push({ offset, stored: text === undefined ? undefined : parseTimestampLine(text) });
    offset = end < 0 ? bytes.length : end + 1;
  }
  return placed;
}

export function verifyTimestamps(
  placed: readonly PlacedTimestamp[],
  notes: ReadonlyMap<number, string>,
  taken: TakenTimestamps,
  authorities: readonly X509Certificate[] | undefined,
): { readonly findings: readonly Finding[]; readonly facts: TimestampFacts } {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  let [trusted, size, at]: [number, number | undefined, number | undefined] = [0, undefined, undefined];
  for (const { offset, stored } of placed) {
    const where = { file: TIMESTAMPS_FILE, offset };
    const stamp = stored === undefined ? undefined : stampOf(stored, notes);
    if (stored === undefined || stamp === undefined) {
      findings.push({ where, sentence: { zh: '时间戳与检查点不符', en: 'the timestamp does not fit the checkpoint' } });
      continue;
    }
    // One that no leaf names was taken just before a kill, or is not published yet.
    seen.add(hash('sha256', stored.token));
    if (stored.size >= (size ?? 0)) [size, at] = [stored.size, stamp.at];
    if (authorities === undefined) continue;
    if (isTrusted(stamp, authorities)) trusted += 1;
    else {
      const sentence = {
        zh: '时间戳不是由所信任的机构签发的',
        en: 'the timestamp is not by the authority that is trusted',
      };
      findings.push({ where, sentence });
    }
  }
  for (const [sha256, leaf] of taken.leaves) {
    if (seen.has(sha256)) continue;
    const sentence = {
      zh: `第 ${leaf} 条证据记载的时间戳缺失，或已被改动`,
      en: `the timestamp that leaf ${leaf} names is missing or altered`,
    };
    findings.push({ where: { file: TIMESTAMPS_FILE, leaf }, sentence });
  }
  const known = authorities === undefined ? undefined : trusted;
  return { findings, facts: { timestamps: placed.length, trusted: known, size, at } };
}

function stampOf({ size, token }: StoredTimestamp, notes: ReadonlyMap<number, string>): TimeStamp | undefined {
  const note = notes.get(size);
  if (note === undefined) return undefined;
  try {
    const stamp = openToken(token);
    return stamp.imprint.equals(noteHash(note)) ? stamp : undefined;
  } catch {
    // Whatever a parser of attacker-controlled bytes throws: it is no timestamp.
    return undefined;
  }
}
