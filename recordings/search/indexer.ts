// Keeps the search index: takes in sessions that have ended, in batches that can be broken off at any point and begun
// again; joins small segments so that a question looks into few; forgets a session for good. One at a time; nothing of
// it is evidence, and what is missing is made again out of the recordings.

import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../store/core/clock.ts';
import type { SessionId } from '../../store/core/ids.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Command } from '../commands/command.ts';
import { recordingDirectory } from '../storage/recording-directory.ts';
import { unwrapTrackKey } from '../storage/recording-keys.ts';
import type { SearchDocument } from './document.ts';
import {
  dropDocuments,
  dropEverything,
  dropUnfinished,
  type IndexedSession,
  insertDocuments,
  insertIndexed,
  newestDocument,
  nextNumber,
  numbersOf,
  type StoredDocument,
  type WaitingSession,
  waitingSessions,
} from './document-repository.ts';
import { mergeSegments } from './merge-segments.ts';
import type { Postings } from './postings.ts';
import { encodeDocument } from './sealed-text.ts';
import { SearchKeys } from './search-keys.ts';
import {
  beginSegment,
  bucketRows,
  dropSegments,
  dropUnready,
  finishSegment,
  forgetDocuments,
  insertBuckets,
  readySegments,
} from './segment-repository.ts';
import { type SessionSource, sessionDocuments } from './session-text.ts';

export interface SearchIndexer {
  /** Takes in every session that waits. Resolves when none is left, or the signal fires. */
  run(signal?: AbortSignal): Promise<void>;
  /** Nothing of the session is left in the index afterwards. It waits to be indexed again, unless it was destroyed. */
  forget(session: SessionId): Promise<void>;
}

export type DocumentsOf = (source: SessionSource) => AsyncIterable<SearchDocument | { readonly whole: boolean }>;

export type CommandsOf = (
  session: SessionId,
  signal: AbortSignal | undefined,
) => Promise<readonly Command[] | undefined>;

export interface IndexerUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The folder of all recordings. */
  readonly root: string;
  readonly recordsKey: Secret;
  /** The commands read from a session's screen, once they have been; undefined where they cannot be. */
  readonly commandsOf?: CommandsOf;
  /** Where the text of a session comes from; a test may have its own. */
  readonly documentsOf?: DocumentsOf;
}

const BATCH_SESSIONS = 256;
const BATCH_DOCUMENTS = 512;
const ROWS_AT_ONCE = 32;

export function createSearchIndexer(uses: IndexerUses): SearchIndexer {
  const { database } = uses;
  const keys = new SearchKeys(uses.recordsKey);
  let last: Promise<unknown> = Promise.resolve();
  // A crash, or a batch that failed, leaves what nobody looks at.
  let clean = false;
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  return {
    run: (signal) =>
      alone(async () => {
        if (!clean) await clear(database, keys);
        clean = false;
        while (signal?.aborted !== true) {
          const waiting = await database.transaction((tx) => waitingSessions(tx, BATCH_SESSIONS));
          if (waiting.length === 0) break;
          await new Batch(uses, keys, await database.transaction(nextNumber)).take(waiting, signal);
          await mergeSegments(database);
        }
        clean = true;
      }),
    forget: (session) => alone(() => forget(database, session)),
  };
}

function isStopped(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

async function clear(database: Database, keys: SearchKeys): Promise<void> {
  await database.transaction(async (tx) => {
    const newest = await newestDocument(tx);
    // Of an earlier version of this program, or under another key: nobody can read it any more.
    const foreign = newest !== undefined && keys.open(newest.session, newest.number, newest.sealed) === undefined;
    if (foreign) await dropEverything(tx);
    await dropUnfinished(tx);
    await dropUnready(tx);
  });
}

/** The sessions of one segment. */
class Batch {
  readonly #uses: IndexerUses;
  readonly #keys: SearchKeys;
  readonly #first: number;
  readonly #postings: Postings = new Map();
  readonly #indexed: IndexedSession[] = [];
  #next: number;
  #rows: StoredDocument[] = [];
  #entries = 0;

  constructor(uses: IndexerUses, keys: SearchKeys, first: number) {
    this.#uses = uses;
    this.#keys = keys;
    this.#first = first;
    this.#next = first;
  }

  async take(waiting: readonly WaitingSession[], signal: AbortSignal | undefined): Promise<void> {
    for (const session of waiting) {
      if (isStopped(signal) || this.#next - this.#first >= BATCH_DOCUMENTS) break;
      const commands = await this.#commands(session, signal);
      // Told to stop while they were waited for: the session is taken in the next time.
      if (isStopped(signal)) break;
      this.#indexed.push(await this.#session(session, commands));
    }
    await this.#flush();
    await this.#finish();
  }

  async #commands({ session }: WaitingSession, signal: AbortSignal | undefined) {
    const { commandsOf = async () => [], logger } = this.#uses;
    return commandsOf(session, signal).catch((error: unknown) => {
      logger.error('search.no-commands', error, { session });
      return undefined;
    });
  }

  async #session(
    { session, command }: WaitingSession,
    commands: readonly Command[] | undefined,
  ): Promise<IndexedSession> {
    const { root, recordsKey, logger, documentsOf = sessionDocuments } = this.#uses;
    const from = this.#next;
    let whole = false;
    try {
      const directory = recordingDirectory(root, session);
      const unwrap: SessionSource['unwrap'] = (header) => unwrapTrackKey(recordsKey, header);
      for await (const item of documentsOf({ directory, unwrap, command, commands })) {
        if ('whole' in item) whole = item.whole;
        else await this.#document(session, item);
      }
    } catch (error) {
      // A recording that cannot be read is an alarm elsewhere; the index goes on without it.
      logger.error('search.not-indexed', error, { session });
      whole = false;
    }
    return { session, documents: this.#next - from, whole };
  }

  async #document(session: SessionId, document: SearchDocument): Promise<void> {
    const number = this.#next;
    this.#next += 1;
    for (const token of this.#keys.blind(document.tokens)) {
      const numbers = this.#postings.get(token);
      if (numbers === undefined) this.#postings.set(token, [number]);
      // Two tokens may share their 40 bits.
      else if (numbers.at(-1) !== number) numbers.push(number);
    }
    this.#entries += document.tokens.size;
    this.#rows.push({ number, session, sealed: this.#keys.seal(session, number, encodeDocument(document)) });
    if (this.#rows.length >= ROWS_AT_ONCE) await this.#flush();
    // Somebody may be typing.
    await setImmediate();
  }

  async #flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    await this.#uses.database.transaction((tx) => insertDocuments(tx, rows));
  }

  async #finish(): Promise<void> {
    const { database, clock } = this.#uses;
    const bytes = this.#postings.size * 7 + this.#entries * 2;
    const segment = await database.transaction((tx) => beginSegment(tx, this.#first, bytes));
    const rows = bucketRows(segment, this.#postings);
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE * 8) {
      await database.transaction((tx) => insertBuckets(tx, rows.slice(at, at + ROWS_AT_ONCE * 8)));
      await setImmediate();
    }
    await database.transaction(async (tx) => {
      if (rows.length === 0) await dropSegments(tx, [segment]);
      else await finishSegment(tx, segment);
      await insertIndexed(tx, this.#indexed, clock.now());
    });
  }
}

/** Its documents go last: broken off, they still say what is to be taken out of the segments. */
async function forget(database: Database, session: SessionId): Promise<void> {
  const { gone, segments } = await database.transaction(async (tx) => {
    const numbers = new Set(await numbersOf(tx, session));
    return { gone: numbers, segments: numbers.size === 0 ? [] : await readySegments(tx) };
  });
  const lowest = Math.min(...gone);
  const highest = Math.max(...gone);
  for (const [nth, segment] of segments.entries()) {
    const end = segments[nth + 1]?.first ?? Number.POSITIVE_INFINITY;
    if (end <= lowest || segment.first > highest) continue;
    await database.transaction(async (tx: Tx) => {
      if (!(await forgetDocuments(tx, segment, gone))) await dropSegments(tx, [segment]);
    });
  }
  await database.transaction((tx) => dropDocuments(tx, session));
}
