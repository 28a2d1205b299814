// Notices that wait to be carried, and what each person wants to hear.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export function notices(): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
    },
  };
}

const STATEMENTS: readonly string[] = [
  `create table notice (
    id text not null primary key,
    kind text not null,
    at bigint not null,
    recipient_id text references account (id),
    ticket_id text references ticket (id)
  )`,
  `create table notice_delivery (
    notice_id text not null references notice (id),
    medium text not null,
    tries integer not null,
    next_at bigint,
    sent_at bigint,
    problem text,
    constraint notice_delivery_key primary key (notice_id, medium),
    constraint notice_delivery_medium check (medium in ('email', 'webhook', 'wecom', 'dingtalk')),
    constraint notice_delivery_over check (sent_at is null or next_at is null)
  )`,
  'create index notice_delivery_due on notice_delivery (next_at) where next_at is not null',
  `create table notice_preference (
    account_id text not null primary key references account (id),
    email text,
    language text not null,
    off text not null,
    constraint notice_preference_language check (language in ('zh', 'en'))
  )`,
  `create table ticket_unclosed (
    ticket_id text not null primary key references ticket (id),
    said_at bigint not null
  )`,
];
