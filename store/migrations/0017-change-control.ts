// The way a ticket takes: filing, several approvals by different people, narrowing, reporting and accepting; every
// edition of it; deputies, groups of targets, the freeze calendar, and the review of emergencies. What must hold even
// against raw SQL is a constraint or a trigger: the legal arcs, who may not decide, and how many have to.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../database-kind.ts';
import { type Rule, ruleStatements } from './rule.ts';

export function changeControl(kind: DatabaseKind): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      const rules = RULES.flatMap((rule) => ruleStatements(rule, kind));
      const before = kind === 'sqlite' ? DROP_RULE_SQLITE : DROP_RULE_POSTGRES;
      for (const statement of [...before, ...ARCS, ...TICKETS, ...TABLES, ...rules]) {
        await sql.raw(statement).execute(db);
      }
    },
  };
}

// Made again below, as it looks at `legal`.
const DROP_RULE_SQLITE = ['drop trigger ticket_legal_arc'];
const DROP_RULE_POSTGRES = ['drop trigger ticket_legal_arc on ticket', 'drop function ticket_legal_arc()'];

const ARCS: readonly string[] = [
  'alter table ticket_arc add column legal integer not null default 1',
  // History of before points at it: no ticket goes this way any more.
  "update ticket_arc set legal = 0 where from_state = 'approved' and to_state = 'closed'",
  `insert into ticket_arc (from_state, to_state) values
    ('draft', 'draft'), ('submitted', 'submitted'), ('submitted', 'filed'), ('submitted', 'draft'),
    ('filed', 'filed'), ('filed', 'approved'), ('filed', 'refused'), ('filed', 'draft'), ('filed', 'withdrawn'),
    ('refused', 'draft'), ('approved', 'reported'), ('reported', 'approved'), ('reported', 'closed')`,
];

const STATES =
  "state in ('draft', 'submitted', 'filed', 'approved', 'refused', 'withdrawn', 'revoked', 'reported', 'closed')";

const TICKETS: readonly string[] = [
  'alter table ticket drop constraint ticket_state',
  `alter table ticket add constraint ticket_state check (${STATES})`,
  'alter table ticket add column edition integer not null default 1',
  'alter table ticket add column needs_filing integer not null default 0',
  'alter table ticket add column needs_approvals integer not null default 1',
  'alter table ticket add column is_emergency integer not null default 0',
  'alter table ticket add column narrowing text',
  'alter table ticket add column reported_at bigint',
  'alter table ticket add column outcome text',
  'alter table ticket add column config_updated integer',
  'alter table ticket add column acceptor_id text references account (id)',
  'alter table ticket add column accepted_at bigint',
  'alter table ticket add constraint ticket_needs_approvals check (needs_approvals in (1, 2))',
  "alter table ticket add constraint ticket_outcome check (outcome in ('done', 'partly', 'rolled-back'))",
  'alter table ticket add constraint ticket_requester_is_not_acceptor check (acceptor_id <> requester_id)',
];

const TABLES: readonly string[] = [
  `create table ticket_decision (
    ticket_id text not null references ticket (id),
    edition integer not null,
    account_id text not null references account (id),
    step text not null,
    at bigint not null,
    deputy_for text references account (id),
    constraint ticket_decision_key primary key (ticket_id, edition, account_id),
    constraint ticket_decision_step check (step in ('file', 'approve')),
    constraint ticket_decision_deputy check (deputy_for <> account_id)
  )`,
  `create table ticket_edition (
    ticket_id text not null references ticket (id),
    edition integer not null,
    submitted_at bigint not null,
    content_hash text not null,
    content text not null,
    constraint ticket_edition_key primary key (ticket_id, edition)
  )`,
  `create table ticket_form (
    id text not null primary key,
    account_id text not null references account (id),
    body text not null,
    created_at bigint not null,
    updated_at bigint not null
  )`,
  'create index ticket_form_account on ticket_form (account_id)',
  `create table deputy (
    id text not null primary key,
    head_id text not null references account (id),
    deputy_id text not null references account (id),
    starts_at bigint not null,
    ends_at bigint not null,
    reason text not null,
    appointed_at bigint not null,
    ended_at bigint,
    constraint deputy_two_people check (head_id <> deputy_id),
    constraint deputy_span check (starts_at < ends_at)
  )`,
  'create index deputy_deputy on deputy (deputy_id)',
  `create table target_group (
    id text not null primary key,
    name text not null,
    needs_filing integer not null,
    needs_approvals integer not null,
    version integer not null,
    constraint target_group_name unique (name),
    constraint target_group_needs_approvals check (needs_approvals in (1, 2))
  )`,
  'alter table target add column group_id text references target_group (id)',
  `create table freeze_span (
    id text not null primary key,
    starts_at bigint not null,
    ends_at bigint not null,
    reason text not null,
    placer_id text not null references account (id),
    placed_at bigint not null,
    lifter_id text references account (id),
    lifted_at bigint,
    constraint freeze_has_length check (starts_at < ends_at),
    constraint freeze_lifted check ((lifter_id is null) = (lifted_at is null))
  )`,
  'create index freeze_ends on freeze_span (ends_at)',
  `create table emergency_review (
    ticket_id text not null primary key references ticket (id),
    due_at bigint not null,
    said_at bigint,
    reviewer_id text references account (id),
    reviewed_at bigint,
    verdict text,
    note text,
    constraint emergency_review_verdict check (verdict in ('justified', 'not-justified')),
    constraint emergency_review_done check ((reviewer_id is null) = (reviewed_at is null))
  )`,
];

const NOT_OWN = `exists (select 1 from ticket t where t.id = new.ticket_id and t.requester_id = new.account_id)`;
const NOT_COMPANION = `exists (select 1 from ticket_companion c
  where c.ticket_id = new.ticket_id and c.account_id = new.account_id)`;
const OUTSIDER = `exists (select 1 from account a where a.id = new.account_id and a.vendor is not null)`;
const DECISIONS = `select count(*) from ticket_decision d where d.ticket_id = new.id and d.edition = new.edition`;

const RULES: readonly Rule[] = [
  {
    name: 'ticket_legal_arc',
    event: 'update of state',
    table: 'ticket',
    when: `old.state <> new.state and not exists (select 1 from ticket_arc a
      where a.from_state = old.state and a.to_state = new.state and a.legal = 1)`,
    why: 'no such transition of a ticket',
  },
  {
    name: 'ticket_transition_legal',
    event: 'insert',
    table: 'ticket_transition',
    when: `not exists (select 1 from ticket_arc a
      where a.from_state = new.from_state and a.to_state = new.to_state and a.legal = 1)`,
    why: 'no such transition of a ticket',
  },
  {
    name: 'ticket_decision_by_another',
    event: 'insert',
    table: 'ticket_decision',
    when: `${NOT_OWN} or ${NOT_COMPANION}`,
    why: 'who asks or comes along does not decide',
  },
  {
    name: 'ticket_decision_by_the_centre',
    event: 'insert',
    table: 'ticket_decision',
    when: OUTSIDER,
    why: 'only people of the centre decide',
  },
  { name: 'ticket_decision_fixed', event: 'update', table: 'ticket_decision', why: 'decisions are append-only' },
  { name: 'ticket_decision_kept', event: 'delete', table: 'ticket_decision', why: 'decisions are append-only' },
  { name: 'ticket_edition_fixed', event: 'update', table: 'ticket_edition', why: 'editions are append-only' },
  { name: 'ticket_edition_kept', event: 'delete', table: 'ticket_edition', why: 'editions are append-only' },
  {
    name: 'ticket_approved_by_enough',
    event: 'update of state',
    table: 'ticket',
    when: `new.state = 'approved' and old.state in ('submitted', 'filed')
      and (${DECISIONS} and d.step = 'approve') < new.needs_approvals`,
    why: 'a ticket is approved by as many people as it needs',
  },
  {
    name: 'ticket_filed_first',
    event: 'update of state',
    table: 'ticket',
    when: `new.state = 'approved' and old.state in ('submitted', 'filed') and new.needs_filing = 1
      and (${DECISIONS} and d.step = 'file') = 0`,
    why: 'a ticket that needs it is filed before it is approved',
  },
  {
    name: 'emergency_review_by_another',
    event: 'update',
    table: 'emergency_review',
    when: `new.reviewer_id is not null and exists (select 1 from ticket_decision d
      where d.ticket_id = new.ticket_id and d.account_id = new.reviewer_id)`,
    why: 'who opened in an emergency does not review it',
  },
  { name: 'emergency_review_kept', event: 'delete', table: 'emergency_review', why: 'reviews are kept' },
  { name: 'freeze_kept', event: 'delete', table: 'freeze_span', why: 'freezes are lifted, not deleted' },
  { name: 'deputy_kept', event: 'delete', table: 'deputy', why: 'deputies are ended, not deleted' },
  {
    name: 'deputy_of_the_centre',
    event: 'insert',
    table: 'deputy',
    when: `not exists (select 1 from account a where a.id = new.deputy_id and a.vendor is null
      and a.role in ('head', 'section'))`,
    why: 'only heads and the information section stand in for a head',
  },
  {
    name: 'deputy_of_a_head',
    event: 'insert',
    table: 'deputy',
    when: "not exists (select 1 from account a where a.id = new.head_id and a.role = 'head')",
    why: 'only a head has a deputy',
  },
  {
    name: 'ticket_content_fixed',
    event: 'update',
    table: 'ticket',
    when: "old.state not in ('draft', 'submitted', 'filed', 'refused') and new.content_hash <> old.content_hash",
    why: 'what was approved is not written again',
  },
];
