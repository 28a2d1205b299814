// The head of a track: magic, version, length, canonical JSON, then the SHA-256 of all that, which is the chain's
// first value. It is in clear: nothing secret belongs into `meta`.

import { hash } from 'node:crypto';
import { canonicalJson, type Json, wellFormed } from '../../store/core/canonical-json.ts';
import { parseId, type SessionId } from '../../store/core/ids.ts';
import type { Recipient } from './recording-keys.ts';
import { FORMAT_VERSION, HASH_BYTES, SUITE, TRACKS, type TrackName } from './track.ts';
import type { TrackProblem } from './track-problem.ts';

/** Ids of ticket, account, target and whatever else says what this is a recording of. Not encrypted. */
export type RecordingMeta = { readonly [name: string]: Json };

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface TrackHeader {
  readonly session: SessionId;
  readonly track: TrackName;
  /** Wall clock at time zero of the frames, milliseconds since 1970. */
  readonly created: number;
  readonly terminal: TerminalSize | null;
  readonly meta: RecordingMeta;
  readonly recipients: readonly Recipient[];
}

export interface ParsedHeader {
  readonly header: TrackHeader;
  /** The chain's first value. */
  readonly hash: Buffer;
  /** Bytes of the file up to the first frame. */
  readonly length: number;
}

const MAGIC = Buffer.from('SLUICE\r\n', 'latin1');
/** Magic, u16 version, u32 length of the JSON. */
export const HEADER_PREFIX_BYTES = MAGIC.length + 6;
export const MOST_HEADER_JSON_BYTES = 65_536;

/** The bytes a track starts with, the header's hash included. */
export function encodeHeader(header: TrackHeader): Buffer {
  const json = Buffer.from(canonicalJson(jsonOf(header)), 'utf8');
  if (json.length > MOST_HEADER_JSON_BYTES)
    throw new RangeError(`expected a header of 64 KiB, got ${json.length} bytes`);
  const prefix = Buffer.alloc(HEADER_PREFIX_BYTES);
  MAGIC.copy(prefix);
  prefix.writeUInt16BE(FORMAT_VERSION, MAGIC.length);
  prefix.writeUInt32BE(json.length, MAGIC.length + 2);
  const covered = Buffer.concat([prefix, json]);
  return Buffer.concat([covered, hash('sha256', covered, 'buffer')]);
}

/** How long header and hash are; undefined when `start` (at least the prefix) does not begin a track of this version. */
export function headerLength(start: Buffer): number | undefined {
  if (!start.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  if (start.readUInt16BE(MAGIC.length) !== FORMAT_VERSION) return undefined;
  const json = start.readUInt32BE(MAGIC.length + 2);
  return json > MOST_HEADER_JSON_BYTES ? undefined : HEADER_PREFIX_BYTES + json + HASH_BYTES;
}

/** Parses the first bytes of a track, as many as there are; says what is wrong instead of throwing. */
export function parseHeader(start: Buffer): ParsedHeader | TrackProblem {
  if (start.length < HEADER_PREFIX_BYTES) return TORN;
  const length = headerLength(start);
  if (length === undefined) return NOT_A_TRACK;
  if (start.length < length) return TORN;
  const covered = start.subarray(0, length - HASH_BYTES);
  const expected = start.subarray(length - HASH_BYTES, length);
  if (!hash('sha256', covered, 'buffer').equals(expected)) return ALTERED;
  const header = headerOf(covered.subarray(HEADER_PREFIX_BYTES).toString('utf8'));
  return header === undefined ? NOT_A_TRACK : { header, hash: Buffer.from(expected), length };
}

function jsonOf({ session, track, created, terminal, meta, recipients }: TrackHeader): Json {
  return {
    created,
    // Whoever fills `meta` may have been given anything; a name must not keep a session from being recorded.
    meta: wellFormed(meta),
    recipients: recipients.map(({ to, capsule }) => ({ to, capsule })),
    session,
    suite: SUITE,
    terminal: terminal === null ? null : { columns: terminal.columns, rows: terminal.rows },
    track,
  };
}

function headerOf(text: string): TrackHeader | undefined {
  try {
    const json: unknown = JSON.parse(text);
    const header = typeof json === 'object' && json !== null ? fieldsOf(json) : undefined;
    // Canonical or nothing: two texts for one header would be two hashes for one recording.
    return header !== undefined && canonicalJson(jsonOf(header)) === text ? header : undefined;
  } catch {
    return undefined;
  }
}

function fieldsOf(json: object): TrackHeader | undefined {
  const { created, meta, recipients, session, suite, terminal, track } = json as { readonly [name: string]: unknown };
  const id = typeof session === 'string' ? parseId('ses', session) : undefined;
  const name = TRACKS.find((candidate) => candidate === track);
  if (id === undefined || name === undefined || suite !== SUITE || !Number.isSafeInteger(created)) return undefined;
  if (typeof meta !== 'object' || meta === null || !Array.isArray(recipients)) return undefined;
  return {
    session: id,
    track: name,
    created: created as number,
    terminal: terminal as TerminalSize | null,
    meta: meta as RecordingMeta,
    recipients: recipients as readonly Recipient[],
  };
}

const TORN: TrackProblem = {
  kind: 'torn',
  offset: 0,
  frame: null,
  sentence: { zh: '文件在头部中断', en: 'the file stops inside its header' },
};

const NOT_A_TRACK: TrackProblem = {
  kind: 'altered',
  offset: 0,
  frame: null,
  sentence: { zh: '头部不是本版本的录像轨道', en: 'the header is not that of a track of this version' },
};

const ALTERED: TrackProblem = {
  kind: 'altered',
  offset: 0,
  frame: null,
  sentence: { zh: '头部与其哈希值不符', en: 'the header does not match its hash' },
};
