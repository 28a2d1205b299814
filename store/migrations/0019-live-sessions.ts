// More time for a window that is open: asked from inside, decided by the head. One wish for a window at a time; nobody
// decides on their own; what was asked and what was decided stay as they are.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../database-kind.ts';

export function liveSessions(kind: DatabaseKind): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of [...TABLES, ...RULES.flatMap(kind === 'sqlite' ? sqliteTrigger : postgresTrigger)]) {
        await sql.raw(statement).execute(db);
      }
    },
  };
}

const TABLES: readonly string[] = [
  `create table ticket_extension (
    id text not null primary key,
    ticket_id text not null references ticket (id),
    window_number integer not null,
    from_end bigint not null,
    until bigint not null,
    asker_id text not null references account (id),
    reason text not null,
    state text not null,
    decider_id text references account (id),
    decided_at bigint,
    decision_reason text,
    asked_at bigint not null,
    version integer not null,
    constraint ticket_extension_state check (state in ('asked', 'granted', 'refused', 'withdrawn')),
    constraint ticket_extension_longer check (until > from_end),
    constraint ticket_extension_two_people check (decider_id is null or decider_id <> asker_id),
    constraint ticket_extension_decided check (
      (state in ('granted', 'refused')) = (decider_id is not null and decided_at is not null)
    )
  )`,
  'create index ticket_extension_ticket on ticket_extension (ticket_id)',
  `create unique index ticket_extension_one on ticket_extension (ticket_id, window_number) where state = 'asked'`,
];

interface Rule {
  readonly name: string;
  readonly event: 'insert' | 'update' | 'delete';
  readonly when: string;
  readonly why: string;
}

const ASKED = ['id', 'ticket_id', 'window_number', 'from_end', 'until', 'asker_id', 'reason', 'asked_at'];

const RULES: readonly Rule[] = [
  {
    name: 'ticket_extension_begins',
    event: 'insert',
    when: "new.state <> 'asked'",
    why: 'more time is asked for first',
  },
  {
    name: 'ticket_extension_decided_once',
    event: 'update',
    when: "old.state <> 'asked'",
    why: 'what was decided about more time stays',
  },
  {
    name: 'ticket_extension_fixed',
    event: 'update',
    when: ASKED.map((column) => `old.${column} <> new.${column}`).join(' or '),
    why: 'what was asked does not change',
  },
  { name: 'ticket_extension_kept', event: 'delete', when: '1 = 1', why: 'wishes for more time are kept' },
];

function sqliteTrigger({ name, event, when, why }: Rule): string[] {
  return [
    `create trigger ${name} before ${event} on ticket_extension when ${when} begin select raise(abort, '${why}'); end`,
  ];
}

function postgresTrigger({ name, event, when, why }: Rule): string[] {
  const body = `if ${when} then raise exception '${why}'; end if; return ${event === 'delete' ? 'old' : 'new'};`;
  return [
    `create function ${name}() returns trigger language plpgsql as $$ begin ${body} end $$`,
    `create trigger ${name} before ${event} on ticket_extension for each row execute function ${name}()`,
  ];
}
