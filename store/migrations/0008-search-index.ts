// The search index: derived from recordings, sealed and keyed like them, and made anew where it is missing. Tokens are
// kept in buckets of one segment each; `recordings/search` says what is in them.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../database-kind.ts';

export function searchIndex(kind: DatabaseKind): Migration {
  const bytes = kind === 'sqlite' ? 'blob' : 'bytea';
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of [
        `create table search_session (
          session_id text not null primary key,
          documents integer not null,
          whole integer not null,
          indexed_at bigint not null
        )`,
        `create table search_document (number bigint not null primary key, session_id text not null, text ${bytes} not null)`,
        'create index search_document_session on search_document (session_id)',
        `create table search_segment (
          id bigint not null primary key,
          ready integer not null,
          first bigint not null,
          bits integer not null,
          bytes bigint not null
        )`,
        `create table search_bucket (key bigint not null primary key, entries ${bytes} not null)`,
      ]) {
        await sql.raw(statement).execute(db);
      }
    },
  };
}
