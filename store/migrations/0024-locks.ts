// Shutting out a person, a vendor, a target, a network, or everything. A lock is never deleted and never changed but by
// being lifted; one of everything takes two different people for that.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../database-kind.ts';
import { type Rule, ruleStatements } from './rule.ts';

export function locks(kind: DatabaseKind): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      const rules = RULES.flatMap((rule) => ruleStatements(rule, kind));
      for (const statement of [TABLE, ...rules]) await sql.raw(statement).execute(db);
    },
  };
}

const TABLE = `create table access_lock (
  id text not null primary key,
  scope text not null,
  subject text,
  reason text not null,
  placed_by text not null references account (id),
  placed_at bigint not null,
  ends_at bigint not null,
  lift_asked_by text references account (id),
  lifted_by text references account (id),
  lifted_at bigint,
  constraint access_lock_scope check (scope in ('everything', 'person', 'vendor', 'target', 'source')),
  constraint access_lock_subject check ((scope = 'everything') = (subject is null)),
  constraint access_lock_span check (ends_at > placed_at),
  constraint access_lock_lifted check ((lifted_by is null) = (lifted_at is null)),
  constraint access_lock_lifted_by_two check (
    lifted_by is null or scope <> 'everything' or (lift_asked_by is not null and lift_asked_by <> lifted_by))
)`;

const RULES: readonly Rule[] = [
  {
    name: 'access_lock_not_deleted',
    event: 'delete',
    table: 'access_lock',
    why: 'locks are lifted, they are not deleted',
  },
  {
    name: 'access_lock_kept',
    event: 'update',
    table: 'access_lock',
    when: `old.scope <> new.scope or coalesce(old.subject, '') <> coalesce(new.subject, '') or old.ends_at <> new.ends_at
      or old.placed_by <> new.placed_by or old.placed_at <> new.placed_at or old.lifted_at is not null`,
    why: 'a lock is lifted, and otherwise stays as it is',
  },
];
