// Keeping and destroying records. Whoever placed a hold does not lift it, only a head lifts one, and nothing under a
// hold, or younger than the floor, or not approved by a second person, is written down as destroyed, even by raw SQL.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../database-kind.ts';

export function keeping(kind: DatabaseKind): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of [...TABLES, ...RULES.flatMap(kind === 'sqlite' ? sqliteTrigger : postgresTrigger)]) {
        await sql.raw(statement).execute(db);
      }
    },
  };
}

/** 183 days. The rules know it too; here it is what raw SQL does not pass. */
const FLOOR_MS = 183 * 86_400_000;

const TABLES: readonly string[] = [
  "insert into record_request_kind values ('destroy')",
  `create table record_hold (
    id text not null primary key,
    session_id text references session (id),
    ticket_id text references ticket (id),
    reason text not null,
    placer_id text not null references account (id),
    placed_at bigint not null,
    lifter_id text references account (id),
    lifted_at bigint,
    lift_reason text,
    constraint record_hold_on_one check ((session_id is null) <> (ticket_id is null)),
    constraint record_hold_two_people check (lifter_id is null or lifter_id <> placer_id),
    constraint record_hold_lifted check (
      (lifter_id is null) = (lifted_at is null) and (lifter_id is null) = (lift_reason is null)
    )
  )`,
  'create index record_hold_session on record_hold (session_id)',
  'create index record_hold_ticket on record_hold (ticket_id)',
  // The sessions that one request is about, where it may be about several.
  `create table record_request_about (
    request_id text not null references record_request (id),
    session_id text not null references session (id),
    constraint record_request_session_key primary key (request_id, session_id)
  )`,
  `create table session_destruction (
    session_id text not null primary key references session (id),
    request_id text not null,
    destroyed_at bigint not null,
    erased_at bigint,
    constraint session_destruction_asked foreign key (request_id, session_id)
      references record_request_about (request_id, session_id)
  )`,
  'create index session_ended on session (ended_at)',
  `create table disk_watch (
    id integer not null primary key,
    warned integer not null,
    constraint disk_watch_one_row check (id = 1)
  )`,
  'insert into disk_watch values (1, 0)',
];

interface Rule {
  readonly name: string;
  readonly event: 'insert' | 'update' | 'delete';
  readonly table: string;
  readonly when: string;
  readonly why: string;
}

const HELD = `exists (
  select 1 from record_hold where lifted_at is null and (
    session_id = new.session_id or ticket_id = (select ticket_id from session where id = new.session_id)
  )
)`;

const changed = (columns: readonly string[]): string =>
  columns.map((column) => `old.${column} is distinct from new.${column}`).join(' or ');

const RULES: readonly Rule[] = [
  {
    name: 'record_hold_begins',
    event: 'insert',
    table: 'record_hold',
    when: `new.lifter_id is not null or not exists (
      select 1 from account where id = new.placer_id and role in ('auditor', 'head')
    )`,
    why: 'an auditor or a head places a hold',
  },
  {
    name: 'record_hold_fixed',
    event: 'update',
    table: 'record_hold',
    when: `old.lifter_id is not null or ${changed(['id', 'session_id', 'ticket_id', 'reason', 'placer_id', 'placed_at'])}`,
    why: 'a hold is only lifted, and once',
  },
  {
    name: 'record_hold_lifted_by_head',
    event: 'update',
    table: 'record_hold',
    when: "new.lifter_id is not null and not exists (select 1 from account where id = new.lifter_id and role = 'head')",
    why: 'only a head lifts a hold',
  },
  { name: 'record_hold_kept', event: 'delete', table: 'record_hold', when: '1 = 1', why: 'holds are kept' },
  {
    name: 'record_request_session_asked',
    event: 'insert',
    table: 'record_request_about',
    when: "not exists (select 1 from record_request where id = new.request_id and kind = 'destroy' and state = 'waiting')",
    why: 'sessions belong to a request from its beginning',
  },
  {
    name: 'record_request_session_fixed',
    event: 'update',
    table: 'record_request_about',
    when: '1 = 1',
    why: 'what was asked does not change',
  },
  {
    name: 'record_request_session_kept',
    event: 'delete',
    table: 'record_request_about',
    when: '1 = 1',
    why: 'requests are kept',
  },
  {
    name: 'session_destruction_approved',
    event: 'insert',
    table: 'session_destruction',
    when: `new.erased_at is not null or not exists (
      select 1 from record_request where id = new.request_id and kind = 'destroy' and state = 'used'
    )`,
    why: 'two people agree to a destruction',
  },
  {
    name: 'session_destruction_not_held',
    event: 'insert',
    table: 'session_destruction',
    when: HELD,
    why: 'what is on hold is not destroyed',
  },
  {
    name: 'session_destruction_floor',
    event: 'insert',
    table: 'session_destruction',
    when: `not exists (
      select 1 from session where id = new.session_id and ended_at <= new.destroyed_at - ${FLOOR_MS}
    )`,
    why: 'records are kept for 183 days',
  },
  {
    name: 'session_destruction_final',
    event: 'update',
    table: 'session_destruction',
    when: `old.erased_at is not null or new.erased_at is null or ${changed(['session_id', 'request_id', 'destroyed_at'])}`,
    why: 'a destruction stays',
  },
  {
    name: 'session_destruction_kept',
    event: 'delete',
    table: 'session_destruction',
    when: '1 = 1',
    why: 'a destruction stays',
  },
  {
    // How long a record has been kept is counted from there.
    name: 'session_end_fixed',
    event: 'update',
    table: 'session',
    when: `old.ended_at is not null and ${changed(['ended_at'])}`,
    why: 'the end of a session stays',
  },
];

function sqliteTrigger({ name, event, table, when, why }: Rule): string[] {
  return [`create trigger ${name} before ${event} on ${table} when ${when} begin select raise(abort, '${why}'); end`];
}

// PostgreSQL allows no subquery in a trigger's `when`.
function postgresTrigger({ name, event, table, when, why }: Rule): string[] {
  const body = `if ${when} then raise exception '${why}'; end if; return ${event === 'delete' ? 'old' : 'new'};`;
  return [
    `create function ${name}() returns trigger language plpgsql as $$ begin ${body} end $$`,
    `create trigger ${name} before ${event} on ${table} for each row execute function ${name}()`,
  ];
}
