// Channels of kind sftp and forward: what a ticket agrees to for them, and where a forwarded connection went. SQLite
// cannot change a constraint, so both tables are made anew there, with their rows; nothing refers to either.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../database-kind.ts';

export function filesAndForwarding(kind: DatabaseKind): Migration {
  const statements = kind === 'sqlite' ? SQLITE : POSTGRES;
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}

const KIND = "kind in ('shell', 'exec', 'sftp', 'forward')";
/** Terms exactly where the kind has some. */
const TERMS = "(kind in ('sftp', 'forward')) = (terms is not null)";
const DESTINATION = "(kind = 'forward') = (destination is not null)";

const POSTGRES: readonly string[] = [
  'alter table ticket_channel add column terms text',
  'alter table ticket_channel drop constraint ticket_channel_kind',
  `alter table ticket_channel add constraint ticket_channel_kind check (${KIND})`,
  `alter table ticket_channel add constraint ticket_channel_terms check (${TERMS})`,
  'alter table session add column destination text',
  'alter table session drop constraint session_kind',
  `alter table session add constraint session_kind check (${KIND})`,
  `alter table session add constraint session_destination check (${DESTINATION})`,
];

const SESSION_COLUMNS =
  'id, ticket_id, account_id, target_account_id, kind, via, source, command, started_at, ended_at, end_reason, exit_status, exit_signal, recorded_bytes, recording_heads';

const SQLITE: readonly string[] = [
  `create table ticket_channel_2 (
    ticket_id text not null references ticket (id),
    target_account_id text not null references target_account (id),
    kind text not null,
    terms text,
    constraint ticket_channel_key primary key (ticket_id, target_account_id, kind),
    constraint ticket_channel_kind check (${KIND}),
    constraint ticket_channel_terms check (${TERMS})
  )`,
  `insert into ticket_channel_2 (ticket_id, target_account_id, kind)
    select ticket_id, target_account_id, kind from ticket_channel`,
  'drop table ticket_channel',
  'alter table ticket_channel_2 rename to ticket_channel',
  `create table session_2 (
    id text not null primary key,
    ticket_id text not null references ticket (id),
    account_id text not null references account (id),
    target_account_id text not null references target_account (id),
    kind text not null,
    via text not null,
    source text not null,
    command text,
    destination text,
    started_at bigint not null,
    ended_at bigint,
    end_reason text,
    exit_status bigint,
    exit_signal text,
    recorded_bytes bigint,
    recording_heads text,
    constraint session_kind check (${KIND}),
    constraint session_destination check (${DESTINATION}),
    constraint session_via check (via in ('ssh', 'web')),
    constraint session_end check ((ended_at is null) = (end_reason is null))
  )`,
  `insert into session_2 (${SESSION_COLUMNS}) select ${SESSION_COLUMNS} from session`,
  // Dropping a table fires no trigger; it takes its triggers and indices with it.
  'drop table session',
  'alter table session_2 rename to session',
  'create index session_started on session (started_at)',
  "create trigger session_not_deleted before delete on session begin select raise(abort, 'sessions are kept'); end",
];
