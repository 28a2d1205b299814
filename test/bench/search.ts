// Searching ten thousand sessions: how long an answer takes, on each database, over questions of every kind.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { DocumentCutter } from '../../recordings/search/document.ts';
import { createSearchIndexer, type DocumentsOf } from '../../recordings/search/indexer.ts';
import { parseQuery } from '../../recordings/search/query.ts';
import { createSearchIndex } from '../../recordings/search/search-index.ts';
import { systemClock } from '../../store/core/clock.ts';
import { newId, type SessionId } from '../../store/core/ids.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { insertSessions, prepare } from '../recordings/search/sessions.ts';
import { RECORDS_KEY } from '../recordings/support.ts';
import { startPostgres } from '../support/postgres.ts';
import { madeUpText, sequence } from './made-up-text.ts';
import { percentile } from './statistics.ts';

const SESSIONS = 10_000;
const ROUNDS = 12;
/** One session in a thousand says it. */
const RARE = 'zephyrquartz';

/** Questions by kind; those with a number are made anew each time. */
const QUESTIONS: Readonly<Record<string, (next: () => number) => string>> = {
  'rare word': () => RARE,
  'common word': () => 'started',
  'two Chinese characters': () => '密码',
  'Chinese phrase': () => '公共资源交易中心',
  path: (next) => `/srv/nginx/${['bace', 'difo', 'guha', 'keli'][Math.floor(next() * 4)]}/error.log`,
  address: (next) => `10.${Math.floor(next() * 256)}.${Math.floor(next() * 256)}.`,
  'not there': (next) => `nowhere-${Math.floor(next() * 1e6)}`,
  'all of three words': () => 'nginx 连接失败 backup',
  'all of two, rarely together': () => `${RARE} oracle`,
  phrase: () => '"systemctl the"',
};

export async function searching(): Promise<Readonly<Record<string, number>>> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-search-'));
  const figures: Record<string, number> = {};
  try {
    const file = join(folder, 'sluice.db');
    const sqlite = await openDatabase({ kind: 'sqlite', file });
    Object.assign(figures, await measured('sqlite', sqlite));
    await sqlite.close();
    figures['sqlite: index, MiB'] = statSync(file).size / 1024 ** 2;
    const server = await startPostgres();
    try {
      const postgres = await openDatabase({ kind: 'postgres', url: await server.freshDatabase() });
      Object.assign(figures, await measured('postgres', postgres));
      await postgres.close();
    } finally {
      await server.stop();
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(name: string, database: Database): Promise<Record<string, number>> {
  await prepare(database);
  const sessions = Array.from({ length: SESSIONS }, () => newId('ses'));
  await insertSessions(database, sessions);
  const { documentsOf, characters } = generated(sessions);
  const uses = { database, clock: systemClock, logger: silentLogger, root: '/', recordsKey: RECORDS_KEY, documentsOf };
  const began = performance.now();
  await createSearchIndexer(uses).run();
  const seconds = (performance.now() - began) / 1000;
  const documents = await count(database, 'search_document');
  const segments = await count(database, 'search_segment');
  process.stderr.write(`${name}: ${documents} documents, ${segments} segments, ${seconds.toFixed(1)} s\n`);
  return {
    [`${name}: text of ${SESSIONS} sessions, MiB`]: characters() / 1024 ** 2,
    [`${name}: indexing, MiB/s`]: characters() / 1024 ** 2 / seconds,
    ...(await asked(name, database)),
  };
}

async function asked(name: string, database: Database): Promise<Record<string, number>> {
  const index = createSearchIndex({ database, clock: systemClock, recordsKey: RECORDS_KEY });
  const next = sequence(7);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [kind, question] of Object.entries(QUESTIONS)) {
      const began = performance.now();
      const { hits } = await index.find(parseQuery(question(next)), undefined);
      const took = performance.now() - began;
      times.push(took);
      if (round === 1) process.stderr.write(`${name}: ${kind}: ${hits.length} finds, ${took.toFixed(1)} ms\n`);
    }
  }
  return {
    [`${name}: answer, median ms`]: percentile(times, 0.5),
    [`${name}: answer, p95 ms`]: percentile(times, 0.95),
    [`${name}: answer, worst ms`]: percentile(times, 1),
  };
}

/** From 2 to 64 KiB each, some 14 on average. */
function generated(sessions: readonly SessionId[]): { documentsOf: DocumentsOf; characters: () => number } {
  const nth = new Map<string, number>(sessions.map((session, at) => [session, at]));
  let characters = 0;
  return {
    characters: () => characters,
    async *documentsOf({ directory }) {
      const seed = nth.get(directory.split('/').at(-1) ?? '') ?? 0;
      const length = 2048 * 2 ** (sequence(seed)() * 5);
      const text = madeUpText(seed, length) + (seed % 1000 === 500 ? `${RARE}\n` : '');
      characters += text.length;
      const cutter = new DocumentCutter();
      yield* cutter.push(text, { at: 0, offset: 0 });
      yield* cutter.end();
      yield { whole: true };
    },
  };
}

async function count(database: Database, table: string): Promise<number> {
  const { rows } = await database.transaction((tx) =>
    sql<{ count: unknown }>`select count(*) as count from ${sql.table(table)}`.execute(tx),
  );
  return Number(rows[0]?.count);
}
