// What stands in the files track: one object per thing that happened to a file, in the order it happened. Numbers `n`
// count what was asked in this session, from 1; everything that follows from it names it again.

import type { Json } from '../../store/core/canonical-json.ts';

/** The bytes of a name: text where they are UTF-8, base64 where they are not. Attacker-controlled. */
export type RecordedPath = string | { readonly base64: string };

export interface RecordedAttrs {
  readonly size?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mode?: number;
  /** Seconds since 1970. */
  readonly accessed?: number;
  readonly modified?: number;
}

/** How a SHA-256 came about, or that there is none. */
export const HASHED = ['in-flight', 'read-back', 'partial', 'none'] as const;
export type Hashed = (typeof HASHED)[number];

/** What an operation is about. */
export interface Subject {
  readonly op: string;
  readonly path?: RecordedPath;
  /** Where to: the new name, or what a link says. */
  readonly to?: RecordedPath;
  /** What the target made of `path` and `to`, where the ticket names paths. */
  readonly resolved?: RecordedPath;
  readonly toResolved?: RecordedPath;
  readonly flags?: readonly string[];
  readonly attrs?: RecordedAttrs;
  /** The `n` of the open this is done to; `toOf` the other one of a copy. */
  readonly of?: number;
  readonly toOf?: number;
  readonly offset?: number;
  readonly toOffset?: number;
  /** Of a copy; 0: up to the end. */
  readonly bytes?: number;
}

export type FileOperation =
  /** Written before it is passed on. */
  | ({ readonly what: 'asked'; readonly n: number } & Subject)
  /** `code`: SSH_FX_* of the answer; 0 is success. */
  | { readonly what: 'answered'; readonly n: number; readonly code: number }
  /** Not passed on; `code` is what the client was answered. */
  | ({ readonly what: 'refused'; readonly n: number; readonly code: number; readonly why: string } & Subject)
  /** Ranges that moved since the last such object, `[offset, bytes]`. */
  | {
      readonly what: 'moved';
      readonly of: number;
      readonly direction: 'read' | 'written';
      readonly ranges: readonly (readonly [number, number])[];
    }
  | ({ readonly what: 'closed'; readonly of: number } & Closing)
  /** What follows is not understood, and only passed on. */
  | { readonly what: 'not-understood'; readonly why: string };

/** How an open file or folder ended. */
export interface Closing {
  /** False when the session ended before the client closed it. */
  readonly complete: boolean;
  /** Bytes that moved. */
  readonly read: number;
  readonly written: number;
  /** Entries of a folder that were listed. */
  readonly entries: number;
  /** Of the file after it was closed; null when not known. */
  readonly size: number | null;
  readonly hashed: Hashed;
  /** Hex. */
  readonly sha256: string | null;
  /** The bytes it covers: from `from`, `bytes` long; the whole file unless `partial`. */
  readonly from: number;
  readonly bytes: number;
  /** Why it is partial or missing. */
  readonly why: string | null;
}

/** Longer JSON than this, control characters by the thousand, is no text anybody reads. */
const MOST_PATH_JSON = 8192;

/** Both directions keep every byte. */
export function recordedPath(bytes: Buffer): RecordedPath {
  const text = bytes.toString('utf8');
  const readable = Buffer.from(text, 'utf8').equals(bytes) && JSON.stringify(text).length <= MOST_PATH_JSON;
  return readable ? text : { base64: bytes.toString('base64') };
}

export function pathBytes(path: RecordedPath): Buffer {
  return typeof path === 'string' ? Buffer.from(path, 'utf8') : Buffer.from(path.base64, 'base64');
}

export function fileOperationJson(operation: FileOperation): Json {
  return { ...operation } as unknown as Json;
}

const WHATS: ReadonlySet<unknown> = new Set([
  'asked',
  'answered',
  'refused',
  'moved',
  'closed',
  'not-understood',
] satisfies FileOperation['what'][]);
const PATHS = ['path', 'to', 'resolved', 'toResolved'];
const NUMBERS = ['n', 'of', 'toOf', 'code', 'read', 'written', 'entries', 'bytes', 'from', 'offset', 'toOffset'];
const TEXTS = ['op', 'why', 'sha256'];
const NEEDED: { readonly [what in FileOperation['what']]: readonly string[] } = {
  asked: ['n', 'op'],
  answered: ['n', 'code'],
  refused: ['n', 'op', 'code', 'why'],
  moved: ['of', 'direction', 'ranges'],
  closed: ['of', 'complete', 'read', 'written', 'entries', 'hashed', 'from', 'bytes'],
  'not-understood': ['why'],
};

/** Throws when `json` is not a file operation. */
export function parseFileOperation(json: Json): FileOperation {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw expected('an object');
  const fields = json as { readonly [name: string]: Json };
  if (!WHATS.has(fields.what)) throw expected('a kind of operation');
  const needed = NEEDED[fields.what as FileOperation['what']];
  const right =
    needed.every((name) => fields[name] !== undefined) &&
    PATHS.every((name) => fields[name] === undefined || isPath(fields[name])) &&
    NUMBERS.every((name) => fields[name] === undefined || typeof fields[name] === 'number') &&
    TEXTS.every((name) => fields[name] == null || typeof fields[name] === 'string') &&
    (fields.ranges === undefined || isRanges(fields.ranges)) &&
    (fields.flags === undefined || isTexts(fields.flags)) &&
    (fields.hashed === undefined || HASHED.some((hashed) => hashed === fields.hashed));
  if (!right) throw expected('the fields of its kind');
  return fields as unknown as FileOperation;
}

function isPath(value: Json | undefined): boolean {
  if (typeof value === 'string') return true;
  return typeof value === 'object' && value !== null && 'base64' in value && typeof value.base64 === 'string';
}

function isTexts(value: Json): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function isRanges(value: Json): boolean {
  const isRange = (range: Json) => Array.isArray(range) && range.length === 2 && range.every(Number.isSafeInteger);
  return Array.isArray(value) && value.every(isRange);
}

function expected(what: string): TypeError {
  return new TypeError(`expected ${what} of a file operation, got something else`);
}
