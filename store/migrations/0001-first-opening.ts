// The tables of the first opening. The rules that must hold even against raw SQL stand here as constraints and
// triggers: one role per account for ever, no self-approval, only legal ticket arcs, an append-only evidence log.

import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../database-kind.ts';

export function firstOpening(kind: DatabaseKind): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await createPeople(db);
      await createTargets(db);
      await createTickets(db);
      await createTicketDays(db);
      await createSessions(db);
      await createEvidence(db);
      await forbidRewriting(db, kind);
    },
  };
}

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey().notNull();
const refers = (to: string) => (column: ColumnDefinitionBuilder) => column.notNull().references(to);

async function createPeople(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('account')
    .addColumn('id', 'text', key)
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('display_name', 'text', required)
    .addColumn('role', 'text', required)
    .addColumn('vendor', 'text')
    .addColumn('state', 'text', required)
    .addColumn('password_hash', 'text')
    .addColumn('totp_secret', 'text')
    .addColumn('totp_step', 'bigint', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('departed_at', 'bigint')
    .addColumn('version', 'integer', required)
    .addCheckConstraint('account_role', sql`role in ('admin', 'operator', 'auditor', 'head', 'section')`)
    .addCheckConstraint('account_state', sql`state in ('invited', 'active', 'departed')`)
    .addCheckConstraint(
      'account_departed_has_nothing',
      sql`state <> 'departed' or (password_hash is null and totp_secret is null and departed_at is not null)`,
    )
    .execute();
  await db.schema
    .createTable('invitation')
    .addColumn('id', 'text', key)
    .addColumn('account_id', 'text', refers('account.id'))
    .addColumn('token_hash', 'text', (c) => c.notNull().unique())
    .addColumn('totp_secret', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .addColumn('used_at', 'bigint')
    .execute();
  await db.schema
    .createTable('public_key')
    .addColumn('id', 'text', key)
    .addColumn('account_id', 'text', refers('account.id'))
    .addColumn('algorithm', 'text', required)
    .addColumn('blob', 'text', required)
    .addColumn('fingerprint', 'text', (c) => c.notNull().unique())
    .addColumn('comment', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .execute();
  await db.schema
    .createTable('browser_session')
    .addColumn('token_hash', 'text', key)
    .addColumn('account_id', 'text', refers('account.id'))
    .addColumn('source', 'text', required)
    .addColumn('factors', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('last_seen_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .execute();
  await db.schema
    .createTable('login_throttle')
    .addColumn('key', 'text', key)
    .addColumn('failures', 'integer', required)
    .addColumn('last_failure_at', 'bigint', required)
    .addColumn('locked_until', 'bigint', required)
    .execute();
}

async function createTargets(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('target')
    .addColumn('id', 'text', key)
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('host', 'text', required)
    .addColumn('port', 'integer', required)
    .addColumn('host_key', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('retired_at', 'bigint')
    .addColumn('version', 'integer', required)
    .addCheckConstraint('target_port', sql`port between 1 and 65535`)
    .execute();
  await db.schema
    .createTable('target_account')
    .addColumn('id', 'text', key)
    .addColumn('target_id', 'text', refers('target.id'))
    .addColumn('login', 'text', required)
    .addColumn('credential_kind', 'text', required)
    .addColumn('credential', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('retired_at', 'bigint')
    .addUniqueConstraint('target_account_login', ['target_id', 'login'])
    .addCheckConstraint('target_account_credential_kind', sql`credential_kind in ('password', 'private-key')`)
    .execute();
}

const LEGAL_ARCS = [
  ['draft', 'submitted'],
  ['draft', 'withdrawn'],
  ['submitted', 'approved'],
  ['submitted', 'refused'],
  ['submitted', 'withdrawn'],
  ['approved', 'revoked'],
  ['approved', 'withdrawn'],
  ['approved', 'closed'],
] as const;

async function createTickets(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ticket')
    .addColumn('id', 'text', key)
    .addColumn('number', 'text', (c) => c.notNull().unique())
    .addColumn('requester_id', 'text', refers('account.id'))
    .addColumn('state', 'text', required)
    .addColumn('purpose', 'text', required)
    .addColumn('plan', 'text', required)
    .addColumn('window_start', 'bigint', required)
    .addColumn('window_end', 'bigint', required)
    .addColumn('sources', 'text', required)
    .addColumn('content_hash', 'text', required)
    .addColumn('approver_id', 'text', (c) => c.references('account.id'))
    .addColumn('decided_at', 'bigint')
    .addColumn('decision_reason', 'text')
    .addColumn('submitted_at', 'bigint')
    .addColumn('closed_at', 'bigint')
    .addColumn('completion_report', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('version', 'integer', required)
    .addCheckConstraint(
      'ticket_state',
      sql`state in ('draft', 'submitted', 'approved', 'refused', 'withdrawn', 'revoked', 'closed')`,
    )
    .addCheckConstraint('ticket_requester_is_not_approver', sql`approver_id is null or approver_id <> requester_id`)
    .addCheckConstraint(
      'ticket_approved_by_somebody',
      sql`state not in ('approved', 'closed') or approver_id is not null`,
    )
    .addCheckConstraint('ticket_window', sql`window_end > window_start`)
    .execute();
  await db.schema
    .createTable('ticket_channel')
    .addColumn('ticket_id', 'text', refers('ticket.id'))
    .addColumn('target_account_id', 'text', refers('target_account.id'))
    .addColumn('kind', 'text', required)
    .addPrimaryKeyConstraint('ticket_channel_key', ['ticket_id', 'target_account_id', 'kind'])
    .addCheckConstraint('ticket_channel_kind', sql`kind in ('shell', 'exec')`)
    .execute();
  await db.schema
    .createTable('ticket_arc')
    .addColumn('from_state', 'text', required)
    .addColumn('to_state', 'text', required)
    .addPrimaryKeyConstraint('ticket_arc_key', ['from_state', 'to_state'])
    .execute();
  for (const [from, to] of LEGAL_ARCS) await sql`insert into ticket_arc values (${from}, ${to})`.execute(db);
  await db.schema
    .createTable('ticket_transition')
    .addColumn('ticket_id', 'text', refers('ticket.id'))
    .addColumn('version', 'integer', required)
    .addColumn('from_state', 'text', required)
    .addColumn('to_state', 'text', required)
    .addColumn('at', 'bigint', required)
    .addPrimaryKeyConstraint('ticket_transition_key', ['ticket_id', 'version'])
    .addForeignKeyConstraint('ticket_transition_arc', ['from_state', 'to_state'], 'ticket_arc', [
      'from_state',
      'to_state',
    ])
    .execute();
}

async function createTicketDays(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ticket_day')
    .addColumn('day', 'text', key)
    .addColumn('last', 'integer', required)
    .execute();
}

async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('session')
    .addColumn('id', 'text', key)
    .addColumn('ticket_id', 'text', refers('ticket.id'))
    .addColumn('account_id', 'text', refers('account.id'))
    .addColumn('target_account_id', 'text', refers('target_account.id'))
    .addColumn('kind', 'text', required)
    .addColumn('via', 'text', required)
    .addColumn('source', 'text', required)
    .addColumn('command', 'text')
    .addColumn('started_at', 'bigint', required)
    .addColumn('ended_at', 'bigint')
    .addColumn('end_reason', 'text')
    .addColumn('exit_status', 'bigint')
    .addColumn('exit_signal', 'text')
    .addColumn('recorded_bytes', 'bigint')
    .addColumn('recording_heads', 'text')
    .addCheckConstraint('session_kind', sql`kind in ('shell', 'exec')`)
    .addCheckConstraint('session_via', sql`via in ('ssh', 'web')`)
    .addCheckConstraint('session_end', sql`(ended_at is null) = (end_reason is null)`)
    .execute();
  await db.schema.createIndex('session_started').on('session').column('started_at').execute();
}

async function createEvidence(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('evidence')
    .addColumn('leaf_index', 'bigint', key)
    .addColumn('leaf', 'text', required)
    .execute();
  await db.schema
    .createTable('evidence_head')
    .addColumn('id', 'integer', key)
    .addColumn('size', 'bigint', required)
    .addColumn('edge', 'text', required)
    .addColumn('published', 'bigint', required)
    .addCheckConstraint('evidence_head_one_row', sql`id = 1`)
    .execute();
  await sql`insert into evidence_head values (1, 0, ${'[]'}, 0)`.execute(db);
}

interface Rule {
  readonly name: string;
  readonly event: string;
  readonly table: string;
  readonly when?: string;
  readonly why: string;
}

const RULES: readonly Rule[] = [
  {
    name: 'account_keeps_role',
    event: 'update of role',
    table: 'account',
    when: 'old.role <> new.role',
    why: 'an account keeps its one role',
  },
  {
    name: 'account_departure_is_final',
    event: 'update of state',
    table: 'account',
    when: "old.state = 'departed' and new.state <> 'departed'",
    why: 'a departure is final',
  },
  { name: 'account_not_deleted', event: 'delete', table: 'account', why: 'accounts depart, they are not deleted' },
  {
    name: 'ticket_legal_arc',
    event: 'update of state',
    table: 'ticket',
    when: 'old.state <> new.state and not exists (select 1 from ticket_arc where from_state = old.state and to_state = new.state)',
    why: 'no such transition of a ticket',
  },
  { name: 'ticket_not_deleted', event: 'delete', table: 'ticket', why: 'tickets are closed, not deleted' },
  { name: 'ticket_transition_fixed', event: 'update', table: 'ticket_transition', why: 'history is append-only' },
  { name: 'ticket_transition_kept', event: 'delete', table: 'ticket_transition', why: 'history is append-only' },
  { name: 'session_not_deleted', event: 'delete', table: 'session', why: 'sessions are kept' },
  { name: 'evidence_fixed', event: 'update', table: 'evidence', why: 'the evidence log is append-only' },
  { name: 'evidence_kept', event: 'delete', table: 'evidence', why: 'the evidence log is append-only' },
];

async function forbidRewriting(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  for (const rule of RULES) {
    const statements = kind === 'sqlite' ? sqliteTrigger(rule) : postgresTrigger(rule);
    for (const statement of statements) await sql.raw(statement).execute(db);
  }
}

function sqliteTrigger({ name, event, table, when, why }: Rule): string[] {
  const condition = when === undefined ? '' : `when ${when}`;
  return [`create trigger ${name} before ${event} on ${table} ${condition} begin select raise(abort, '${why}'); end`];
}

// PostgreSQL allows no subquery in a trigger's `when`, so the condition moves into the function.
function postgresTrigger({ name, event, table, when, why }: Rule): string[] {
  const returns = event.startsWith('delete') ? 'old' : 'new';
  const body = `if ${when ?? 'true'} then raise exception '${why}'; end if; return ${returns};`;
  return [
    `create function ${name}() returns trigger language plpgsql as $$ begin ${body} end $$`,
    `create trigger ${name} before ${event} on ${table} for each row execute function ${name}()`,
  ];
}
