// What was there before a ticket changed it, and how it differs afterwards. The bytes are in the store of files.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export function originals(): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
    },
  };
}

const STATEMENTS: readonly string[] = [
  `create table original_manifest (
    id text not null primary key,
    ticket_id text not null references ticket (id),
    target_account_id text not null references target_account (id),
    session_id text not null,
    purpose text not null,
    window_start bigint,
    declared text not null,
    at bigint not null,
    complete integer not null,
    why text,
    sha256 text,
    constraint original_manifest_purpose check (purpose in ('opening', 'touched', 'closing')),
    constraint original_manifest_window check ((purpose = 'opening') = (window_start is not null)),
    constraint original_manifest_why check ((complete = 1) = (why is null)),
    constraint original_manifest_hash check ((purpose = 'touched') = (sha256 is null))
  )`,
  'create index original_manifest_ticket on original_manifest (ticket_id, target_account_id)',
  `create table original_item (
    manifest_id text not null references original_manifest (id),
    n integer not null,
    path text not null,
    type text not null,
    mode integer,
    size bigint,
    modified bigint,
    sha256 text,
    link text,
    op text,
    why text,
    constraint original_item_key primary key (manifest_id, n),
    constraint original_item_type check (type in ('file', 'folder', 'link', 'special', 'absent', 'unread'))
  )`,
  'create index original_item_hash on original_item (sha256) where sha256 is not null',
  `create table change_report (
    id text not null primary key,
    ticket_id text not null references ticket (id),
    at bigint not null,
    report text not null,
    sha256 text not null
  )`,
  'create index change_report_ticket on change_report (ticket_id, at)',
];
