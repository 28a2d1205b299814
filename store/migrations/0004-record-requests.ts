// What is asked of records and takes a second person: a request, who decided on it, what came of it. Nobody decides on
// what they asked for themselves, no state is skipped, and what was asked never changes after it was.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../database-kind.ts';

export function recordRequests(kind: DatabaseKind): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of [...TABLES, ...RULES.flatMap(kind === 'sqlite' ? sqliteTrigger : postgresTrigger)]) {
        await sql.raw(statement).execute(db);
      }
    },
  };
}

const TABLES: readonly string[] = [
  // One row for each kind: another kind is another row, in a migration of its own.
  'create table record_request_kind (kind text not null primary key)',
  "insert into record_request_kind values ('export')",
  `create table record_request_arc (
    from_state text not null,
    to_state text not null,
    constraint record_request_arc_key primary key (from_state, to_state)
  )`,
  `insert into record_request_arc values
    ('waiting', 'approved'), ('waiting', 'refused'), ('waiting', 'withdrawn'),
    ('approved', 'used'), ('approved', 'withdrawn')`,
  `create table record_request (
    id text not null primary key,
    kind text not null references record_request_kind (kind),
    session_id text not null,
    terms text not null,
    requester_id text not null references account (id),
    reason text not null,
    state text not null,
    decider_id text references account (id),
    decided_at bigint,
    decision_reason text,
    expires_at bigint,
    ended_at bigint,
    created_at bigint not null,
    version integer not null,
    constraint record_request_state check (state in ('waiting', 'approved', 'refused', 'withdrawn', 'used')),
    constraint record_request_two_people check (decider_id is null or decider_id <> requester_id),
    constraint record_request_decided check (
      state in ('waiting', 'withdrawn') or (decider_id is not null and decided_at is not null)
    ),
    constraint record_request_expires check (state not in ('approved', 'used') or expires_at is not null),
    constraint record_request_ended check ((state in ('withdrawn', 'used')) = (ended_at is not null))
  )`,
  'create index record_request_session on record_request (session_id)',
  'create index record_request_state_at on record_request (state, created_at)',
];

interface Rule {
  readonly name: string;
  readonly event: 'insert' | 'update' | 'delete';
  readonly when: string;
  readonly why: string;
}

const ASKED = ['id', 'kind', 'session_id', 'terms', 'requester_id', 'reason', 'created_at'];

const RULES: readonly Rule[] = [
  {
    name: 'record_request_begins',
    event: 'insert',
    when: "new.state <> 'waiting'",
    why: 'a request begins by waiting',
  },
  {
    name: 'record_request_legal_arc',
    event: 'update',
    when: 'old.state <> new.state and not exists (select 1 from record_request_arc where from_state = old.state and to_state = new.state)',
    why: 'no such transition of a request',
  },
  {
    name: 'record_request_fixed',
    event: 'update',
    when: ASKED.map((column) => `old.${column} <> new.${column}`).join(' or '),
    why: 'what was asked does not change',
  },
  {
    name: 'record_request_decided_once',
    event: 'update',
    when: 'old.decider_id is not null and (new.decider_id is null or old.decider_id <> new.decider_id or old.decided_at <> new.decided_at)',
    why: 'a decision stays',
  },
  { name: 'record_request_kept', event: 'delete', when: '1 = 1', why: 'requests are kept' },
];

function sqliteTrigger({ name, event, when, why }: Rule): string[] {
  return [
    `create trigger ${name} before ${event} on record_request when ${when} begin select raise(abort, '${why}'); end`,
  ];
}

// PostgreSQL allows no subquery in a trigger's `when`.
function postgresTrigger({ name, event, when, why }: Rule): string[] {
  const body = `if ${when} then raise exception '${why}'; end if; return ${event === 'delete' ? 'old' : 'new'};`;
  return [
    `create function ${name}() returns trigger language plpgsql as $$ begin ${body} end $$`,
    `create trigger ${name} before ${event} on record_request for each row execute function ${name}()`,
  ];
}
