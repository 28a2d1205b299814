// Runs a suite once on each database. `onEachDatabase` is the only way repository tests get a database, so none can
// quietly be left out.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { type Database, openDatabase } from '../../store/database.ts';
import type { DatabaseKind } from '../../store/database-kind.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

export interface DatabaseUnderTest {
  /** The empty, migrated database of the running test. */
  current(): Database;
  readonly kind: DatabaseKind;
}

/** Declares `suite` twice; each test gets an empty database of its own. */
export function onEachDatabase(suite: (under: DatabaseUnderTest) => void): void {
  describe('on sqlite', () => {
    let folder = '';
    declare('sqlite', suite, async () => {
      folder = mkdtempSync(join(tmpdir(), 'sluice-db-'));
      return openDatabase({ kind: 'sqlite', file: join(folder, 'sluice.db') });
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));
  });
  describe('on postgres', () => {
    let server: PostgresServer | undefined;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server?.stop());
    declare('postgres', suite, async () => {
      if (server === undefined) throw new Error('expected a running PostgreSQL server');
      return openDatabase({ kind: 'postgres', url: await server.freshDatabase() });
    });
  });
}

function declare(kind: DatabaseKind, suite: (under: DatabaseUnderTest) => void, open: () => Promise<Database>): void {
  let database: Database | undefined;
  beforeEach(async () => {
    database = await open();
  });
  afterEach(async () => {
    await database?.close();
    database = undefined;
  });
  suite({
    kind,
    current() {
      if (database === undefined) throw new Error('expected to be inside a test');
      return database;
    },
  });
}
