// The one handle on the database. Everything happens inside `transaction`; repositories take the `Tx` it gives and
// cannot reach the pool (with SQLite, using the pool inside a transaction waits for itself for ever).

import BetterSqlite3 from 'better-sqlite3';
import { type Dialect, Kysely, PostgresDialect, SqliteAdapter, SqliteDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { DatabaseKind } from './database-kind.ts';
import { migrate } from './migrations/migrate.ts';
import type { Tables } from './schema/tables.ts';

export type Tx = Transaction<Tables>;

export interface Database {
  readonly kind: DatabaseKind;
  /** Runs `work` in one serializable transaction; whatever it throws rolls everything back. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type DatabaseLocation =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string };

/**
 * How often a transaction that lost a race is run again from the start. PostgreSQL: serialization failure 40001, deadlock
 * 40P01, and unique violation 23505, which is what a race for the same name or key looks like (its manual, 13.5). SQLite:
 * another process, a command beside the server, has written since this one read (SQLITE_BUSY_SNAPSHOT; it is no use to
 * wait for that), or has written for longer than the time to wait. The next run sees the winner's row, so that the loser
 * hears the same refusal as somebody who came later.
 */
const ATTEMPTS = 12;
const LOST_RACES: ReadonlySet<string> = new Set(['40001', '40P01', '23505']);
const SQLITE_LOST_RACES: ReadonlySet<string> = new Set(['SQLITE_BUSY_SNAPSHOT', 'SQLITE_BUSY']);

/** Opens the database and brings its schema up to date. */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  const kysely = new Kysely<Tables>({ dialect: dialectOf(location) });
  try {
    await migrate(kysely, location.kind);
  } catch (error) {
    await kysely.destroy();
    throw error;
  }
  return {
    kind: location.kind,
    transaction: (work) => retrying(() => begun(kysely, location.kind).execute(work)),
    close: () => kysely.destroy(),
  };
}

function begun(kysely: Kysely<Tables>, kind: DatabaseKind) {
  return kind === 'sqlite' ? kysely.transaction() : kysely.transaction().setIsolationLevel('serializable');
}

async function retrying<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= ATTEMPTS || !lostARace(error)) throw error;
    }
  }
}

function lostARace(error: unknown): boolean {
  if (error instanceof BetterSqlite3.SqliteError) return SQLITE_LOST_RACES.has(error.code);
  return error instanceof pg.DatabaseError && error.code !== undefined && LOST_RACES.has(error.code);
}

function dialectOf(location: DatabaseLocation): Dialect {
  if (location.kind === 'sqlite') return new WholeMigrations({ database: openSqlite(location.file) });
  // Integer columns hold milliseconds: far below 2^53, so the driver's text for int8 becomes a number.
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === INT8 ? Number : pg.types.getTypeParser(oid, format),
  };
  const pool = new pg.Pool({ connectionString: location.url, max: 8, types });
  // A connection that dies while idle is replaced at the next use; without listeners it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({ pool });
}

const INT8 = 20;

/**
 * SQLite takes changes of the schema back with their transaction, which Kysely does not rely on. Without one a kill in
 * the middle of a migration leaves half of it, and no start after that gets past it.
 */
class WholeMigrations extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalSchema();
  }
}

class TransactionalSchema extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function openSqlite(file: string): BetterSqlite3.Database {
  const sqlite = new BetterSqlite3(file);
  sqlite.pragma('journal_mode = WAL');
  // FULL: a committed transaction survives a power cut; the evidence log depends on it.
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma('foreign_keys = ON');
  sqlite.pragma('busy_timeout = 5000');
  return sqlite;
}
