import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { expect, test } from 'vitest';
import { type DatabaseLocation, openDatabase } from '../../store/database.ts';
import { firstOpening } from '../../store/migrations/0001-first-opening.ts';
import { startPostgres } from '../support/postgres.ts';

const BEFORE = [
  `insert into account (id, name, display_name, role, state, totp_step, created_at, version)
    values ('acc_1', 'li', 'li', 'operator', 'active', 0, 1, 1)`,
  `insert into target (id, name, host, port, host_key, created_at, version) values ('tgt_1', 'web1', 'h', 22, 'k', 1, 1)`,
  `insert into target_account (id, target_id, login, credential_kind, credential, created_at)
    values ('tac_1', 'tgt_1', 'root', 'password', 'x', 1)`,
  `insert into ticket (id, number, requester_id, state, purpose, plan, window_start, window_end, sources, content_hash, created_at, version)
    values ('tkt_1', 'BG-1', 'acc_1', 'draft', 'p', 'p', 1, 2, '[]', '', 1, 1)`,
  `insert into ticket_channel values ('tkt_1', 'tac_1', 'exec'), ('tkt_1', 'tac_1', 'shell')`,
  `insert into session values ('ses_1', 'tkt_1', 'acc_1', 'tac_1', 'exec', 'ssh', '192.0.2.1', 'id', 5, 6, 'finished', 0, null, 70, '{}')`,
];

/** What must be refused afterwards. */
const FORBIDDEN = [
  `delete from session`,
  `insert into ticket_channel (ticket_id, target_account_id, kind) values ('tkt_1', 'tac_1', 'tunnel')`,
  `insert into ticket_channel (ticket_id, target_account_id, kind) values ('tkt_1', 'tac_1', 'sftp')`,
  `insert into ticket_channel (ticket_id, target_account_id, kind, terms) values ('tkt_1', 'tac_1', 'shell', '{}')`,
  `insert into ticket_channel (ticket_id, target_account_id, kind, terms) values ('tkt_9', 'tac_1', 'sftp', '{}')`,
  `insert into session (id, ticket_id, account_id, target_account_id, kind, via, source, started_at)
    values ('ses_2', 'tkt_1', 'acc_1', 'tac_1', 'forward', 'ssh', 's', 1)`,
  `insert into session (id, ticket_id, account_id, target_account_id, kind, via, source, started_at, destination)
    values ('ses_3', 'tkt_1', 'acc_1', 'tac_1', 'shell', 'ssh', 's', 1, 'db:1')`,
  `insert into session (id, ticket_id, account_id, target_account_id, kind, via, source, started_at)
    values ('ses_1', 'tkt_1', 'acc_1', 'tac_1', 'shell', 'ssh', 's', 1)`,
];

async function migrating(location: DatabaseLocation): Promise<void> {
  const dialect =
    location.kind === 'sqlite'
      ? new SqliteDialect({ database: new BetterSqlite3(location.file) })
      : new PostgresDialect({ pool: new pg.Pool({ connectionString: location.url }) });
  const old = new Kysely<unknown>({ dialect });
  const provider = { getMigrations: async () => ({ '0001-first-opening': firstOpening(location.kind) }) };
  await new Migrator({ db: old, provider }).migrateToLatest();
  for (const statement of BEFORE) await sql.raw(statement).execute(old);
  await old.destroy();

  const database = await openDatabase(location);
  const run = (statement: string) => database.transaction((tx) => sql.raw(statement).execute(tx));
  const channels = await database.transaction((tx) =>
    tx.selectFrom('ticket_channel').selectAll().orderBy('kind').execute(),
  );
  expect(channels).toEqual(
    ['exec', 'shell'].map((kind) => ({ ticket_id: 'tkt_1', target_account_id: 'tac_1', kind, terms: null })),
  );
  expect(await database.transaction((tx) => tx.selectFrom('session').selectAll().execute())).toEqual([
    {
      id: 'ses_1',
      ticket_id: 'tkt_1',
      account_id: 'acc_1',
      target_account_id: 'tac_1',
      kind: 'exec',
      via: 'ssh',
      source: '192.0.2.1',
      command: 'id',
      destination: null,
      started_at: 5,
      ended_at: 6,
      end_reason: 'finished',
      exit_status: 0,
      exit_signal: null,
      recorded_bytes: 70,
      recording_heads: '{}',
    },
  ]);
  expect(await database.transaction((tx) => tx.selectFrom('target_account').selectAll().execute())).toEqual([
    {
      id: 'tac_1',
      target_id: 'tgt_1',
      login: 'root',
      credential_kind: 'password',
      credential: 'x',
      created_at: 1,
      retired_at: null,
    },
  ]);
  for (const statement of FORBIDDEN) await expect(run(statement), statement).rejects.toThrow();
  await run(`insert into ticket_channel values ('tkt_1', 'tac_1', 'forward', '[]')`);
  await run(`insert into session (id, ticket_id, account_id, target_account_id, kind, via, source, started_at, destination)
    values ('ses_4', 'tkt_1', 'acc_1', 'tac_1', 'forward', 'ssh', 's', 1, 'db:1')`);
  await database.close();
}

test('a database of the first opening keeps its rows, keys and rules (R19, sqlite)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-db-'));
  await migrating({ kind: 'sqlite', file: join(folder, 'sluice.db') });
  rmSync(folder, { recursive: true });
});

test('a database of the first opening keeps its rows, keys and rules (R19, postgres)', async () => {
  const server = await startPostgres();
  await migrating({ kind: 'postgres', url: await server.freshDatabase() });
  await server.stop();
});
