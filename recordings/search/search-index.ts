// Asks the index: which documents may have all the words, then opens them, newest first, and answers only what is
// really there. Bounded in what it opens and how long it takes; where it stops it says from where to go on.

import type { Clock } from '../../store/core/clock.ts';
import type { SessionId } from '../../store/core/ids.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Confidence } from '../commands/command.ts';
import { readDocuments, type StoredDocument } from './document-repository.ts';
import { folded } from './normal-text.ts';
import { findInBucket, intersection } from './postings.ts';
import { placeOf, type Term } from './query.ts';
import { isOfCommands, momentOf, textOf } from './sealed-text.ts';
import { SearchKeys } from './search-keys.ts';
import { bucketKey, readBuckets, readySegments, type Segment } from './segment-repository.ts';

export interface Hit {
  readonly session: SessionId;
  /** Milliseconds since the recording began. */
  readonly at: number;
  /** Bytes of output on the screen track before it. */
  readonly offset: number;
  /** It is a command, and how sure it is read; null where it was printed, or is the name of a file. */
  readonly command: Confidence | null;
  readonly snippet: string;
  /** Where in the snippet words were found: `[from, length]`, in order. */
  readonly marks: readonly (readonly [from: number, length: number])[];
}

export interface Found {
  /** Newest first. */
  readonly hits: readonly Hit[];
  /** Give it back to go on; null where everything was looked at. */
  readonly next: number | null;
}

export interface SearchIndex {
  find(terms: readonly Term[], from: number | undefined): Promise<Found>;
}

const PAGE = 20;
const MOST_OPENED = 240;
const MOST_AT_ONCE = 160;
const MOST_MS = 1500;
/** The first time; twice as many each time after it, because what was not among the first is rare. */
const OPENED_AT_ONCE = 20;
/** Of one term; more would only narrow what is narrow already. */
const MOST_TOKENS = 20;
const AROUND = 80;

export function createSearchIndex(uses: {
  readonly database: Database;
  readonly clock: Clock;
  readonly recordsKey: Secret;
}): SearchIndex {
  const { database, clock } = uses;
  const keys = new SearchKeys(uses.recordsKey);
  return {
    async find(terms, from = Number.POSITIVE_INFINITY) {
      const deadline = clock.monotonic() + MOST_MS;
      const tokens = keys.blind(new Set(terms.flatMap((term) => spread([...term.tokens]))));
      const candidates = await database.transaction((tx) => candidatesOf(tx, tokens));
      const older = candidates.filter((number) => number < from);
      const hits: Hit[] = [];
      let opened = 0;
      let atOnce = OPENED_AT_ONCE;
      while (opened < older.length) {
        const enough = hits.length >= PAGE || opened >= MOST_OPENED || clock.monotonic() > deadline;
        if (enough) return { hits, next: older[opened - 1] ?? null };
        const numbers = older.slice(opened, opened + atOnce);
        atOnce = Math.min(atOnce * 2, MOST_AT_ONCE);
        opened += numbers.length;
        const documents = await database.transaction((tx) => readDocuments(tx, numbers));
        for (const document of documents.sort((a, b) => b.number - a.number)) addHit(hits, document, terms, keys);
      }
      return { hits, next: null };
    },
  };
}

/** Documents that have every token, as far as 40 bits tell; the newest first. */
async function candidatesOf(tx: Tx, tokens: readonly number[]): Promise<number[]> {
  const segments = await readySegments(tx);
  const wanted = segments.flatMap((segment) => tokens.map((token) => bucketKey(segment, token)));
  const buckets = await readBuckets(tx, [...new Set(wanted)]);
  return segments.flatMap((segment) => inSegment(segment, tokens, buckets)).reverse();
}

function inSegment(segment: Segment, tokens: readonly number[], buckets: ReadonlyMap<number, Buffer>): number[] {
  const lists: (readonly number[])[] = [];
  for (const token of tokens) {
    const bucket = buckets.get(bucketKey(segment, token));
    const numbers = bucket && findInBucket(bucket, segment.first, token);
    if (numbers === undefined) return [];
    lists.push(numbers);
  }
  const [shortest = [], ...others] = lists.sort((a, b) => a.length - b.length);
  return others.reduce<number[]>((found, list) => intersection(found, list), [...shortest]);
}

/** Whole words are first; of the others some, from all over the term. */
function spread(tokens: readonly string[]): readonly string[] {
  const words = tokens.slice(0, MOST_TOKENS / 2);
  const others = tokens.slice(words.length);
  const step = Math.max(1, others.length / (MOST_TOKENS / 2));
  return [...words, ...others.filter((_, nth) => Math.floor(nth / step) !== Math.floor((nth - 1) / step))];
}

function addHit(hits: Hit[], { number, session, sealed }: StoredDocument, terms: readonly Term[], keys: SearchKeys) {
  const opened = keys.open(session, number, sealed);
  if (opened === undefined) return;
  const original = textOf(opened);
  const text = folded(original);
  // Most candidates have every word; the head is read only of those.
  if (terms.some((term) => placeOf(term, text) === -1)) return;
  const found = findIn(original, text, terms, isOfCommands(opened));
  if (found === undefined) return;
  const { index, snippet, marks } = found;
  // Documents overlap: what stands in both is one find.
  const { at, offset, command } = momentOf(opened, index);
  const same = (hit: Hit) => hit.session === session && hit.snippet === snippet && hit.command === command;
  if (!hits.some(same)) hits.push({ session, at, offset, command, snippet, marks });
}

interface Find extends Pick<Hit, 'snippet' | 'marks'> {
  /** Where in the text. */
  readonly index: number;
}

/** `text` is `original` folded. Of commands the first one that has every word, and nothing around it. */
function findIn(original: string, text: string, terms: readonly Term[], ofCommands: boolean): Find | undefined {
  if (!ofCommands) return findWithin(original, text, terms, 0, text.length);
  for (let from = 0; from < text.length; ) {
    const feed = original.indexOf('\n', from);
    const to = feed === -1 ? text.length : feed;
    const found = findWithin(original, text, terms, from, to);
    if (found !== undefined) return found;
    from = to + 1;
  }
  return undefined;
}

function findWithin(original: string, text: string, terms: readonly Term[], from: number, to: number) {
  const part = text.slice(from, to);
  const places = terms.map((term) => ({ from: placeOf(term, part), length: term.text.length }));
  if (places.some((place) => place.from === -1)) return undefined;
  const [first = { from: 0, length: 0 }] = places.sort((a, b) => a.from - b.from);
  const start = Math.max(0, first.from - AROUND);
  const end = Math.min(part.length, first.from + first.length + AROUND);
  const marks = places
    .filter((place) => place.from + place.length <= end)
    .map((place) => [place.from - start, place.length] as const);
  return { index: from + first.from, snippet: original.slice(from + start, from + end).toWellFormed(), marks };
}
