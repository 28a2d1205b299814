// The timestamps of a bundle: checkpoints that an authority elsewhere has set a time to (RFC 3161), each with the proof
// that the bundle's own checkpoint continues it. What such a checkpoint covers was in the log by then, by a clock that is
// not the log's.

import type { X509Certificate } from 'node:crypto';
import { noteHash, parseTreeHead, type TreeHead } from '../../audit/checkpoint.ts';
import type { Hash } from '../../audit/merkle.ts';
import { verifyConsistency } from '../../audit/proof.ts';
import { openNote, strictBase64, type VerifierKey } from '../../audit/signed-note.ts';
import { isTrusted, openToken, type TimeStamp } from '../../audit/timestamp/time-stamp.ts';
import { canonicalJson } from '../../store/core/canonical-json.ts';
import type { BundleEvent } from './bundle-events.ts';
import { linesIn, objectIn, TIMESTAMPS_FILE } from './bundle-files.ts';
import type { BundleFinding, FindingCode } from './bundle-finding.ts';

export interface BundleTimestamp {
  /** The whole note of the checkpoint, as the authority saw it. */
  readonly note: string;
  readonly token: Buffer;
  /** That the bundle's checkpoint continues it. */
  readonly consistency: readonly Hash[];
}

export interface ToldTimestamp {
  /** Leaves it covers. */
  readonly size: number;
  /** So many events of the bundle are among them. */
  readonly events: number;
  /** Milliseconds since 1970, by the authority's clock. */
  readonly at: number;
  /** As the certificate calls it. */
  readonly authority: string;
  /** It leads to a certificate that is known from elsewhere; undefined where none was given. */
  readonly trusted: true | undefined;
}

export interface TimestampsInput {
  readonly key: VerifierKey;
  readonly head: TreeHead;
  readonly events: readonly BundleEvent[];
  readonly authorities: readonly X509Certificate[] | undefined;
}

export function bundleTimestampLine({ note, token, consistency }: BundleTimestamp): string {
  const hashes = consistency.map((hash) => hash.toString('base64'));
  return canonicalJson({ consistency: hashes, note, token: token.toString('base64') });
}

/** Each stands for itself: one that does not hold is a finding, and proves nothing. */
export function checkTimestamps(
  file: Buffer,
  input: TimestampsInput,
): { readonly told: readonly ToldTimestamp[]; readonly findings: readonly BundleFinding[] } {
  const told: ToldTimestamp[] = [];
  const findings: BundleFinding[] = [];
  let last = 0;
  for (const [nth, line] of linesIn(file).entries()) {
    const about = `${TIMESTAMPS_FILE}:${nth + 1}`;
    const parsed = parseLine(line);
    const before = parsed && checkpointBefore(parsed, input);
    if (parsed === undefined || before === undefined || before.size <= last) {
      findings.push(finding('bundle', about, NOT_ONE));
      continue;
    }
    last = before.size;
    const stamp = stampOf(parsed);
    const known = stamp !== undefined && input.authorities !== undefined && isTrusted(stamp, input.authorities);
    if (stamp === undefined) findings.push(finding('timestamp', about, NO_STAMP));
    else if (input.authorities !== undefined && !known) findings.push(finding('timestamp', about, ANOTHER));
    else told.push(toldOf(stamp, before.size, input.events, known));
  }
  return { told, findings };
}

function toldOf(stamp: TimeStamp, size: number, events: readonly BundleEvent[], known: boolean): ToldTimestamp {
  return {
    size,
    events: events.filter(({ index }) => index < size).length,
    at: stamp.at,
    authority: stamp.signer.subject.replaceAll('\n', ', '),
    trusted: known ? true : undefined,
  };
}

/** Undefined unless it is exactly what `bundleTimestampLine` makes. Attacker-controlled. */
function parseLine(text: string): BundleTimestamp | undefined {
  const { note, token, consistency, ...more } = objectIn(text) ?? {};
  if (typeof note !== 'string' || !note.isWellFormed() || typeof token !== 'string') return undefined;
  if (!Array.isArray(consistency) || Object.keys(more).length > 0) return undefined;
  const [bytes, hashes] = [strictBase64(token), consistency.map((each) => Buffer.from(String(each), 'base64'))];
  if (bytes === undefined || hashes.some(({ length }) => length !== 32)) return undefined;
  const parsed = { note, token: bytes, consistency: hashes };
  return bundleTimestampLine(parsed) === text ? parsed : undefined;
}

/** Its head, where the log has signed it and the bundle's checkpoint continues it. */
function checkpointBefore({ note, consistency }: BundleTimestamp, { key, head }: TimestampsInput) {
  const signed = openNote(note, key);
  const before = signed === undefined ? undefined : parseTreeHead(signed);
  if (before === undefined || before.size === 0 || before.origin !== head.origin) return undefined;
  const { size, root } = head;
  const holds = verifyConsistency({ oldSize: before.size, oldRoot: before.root, size, root, proof: consistency });
  return holds ? before : undefined;
}

function stampOf({ note, token }: BundleTimestamp): TimeStamp | undefined {
  try {
    const stamp = openToken(token);
    return stamp.imprint.equals(noteHash(note)) ? stamp : undefined;
  } catch {
    // Whatever a parser of attacker-controlled bytes throws: it is no timestamp.
    return undefined;
  }
}

function finding(code: FindingCode, about: string, sentence: BundleFinding['sentence']): BundleFinding {
  return { code, about, sentence };
}

const NOT_ONE = {
  zh: '不是一条完整的时间戳、不按顺序，或包里的检查点不是从它的检查点延续而来',
  en: 'this is not a whole timestamp, out of order, or the bundle’s checkpoint does not continue the one it is for',
};

const NO_STAMP = {
  zh: '时间戳的签名不成立，或不是为这个检查点签发的',
  en: 'the timestamp’s signature does not hold, or it is for another checkpoint',
};

const ANOTHER = {
  zh: '时间戳不是由所信任的机构签发的',
  en: 'the timestamp is not by the authority that is trusted',
};
