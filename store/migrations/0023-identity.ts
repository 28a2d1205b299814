// Who is behind an account: the paper that was seen, by whom, and a keyed digest of its number. One person has one
// account at a time; accounts from before have none on record until somebody has looked.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../database-kind.ts';
import { type Rule, ruleStatements } from './rule.ts';

export function identity(kind: DatabaseKind): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      const rules = RULES.flatMap((rule) => ruleStatements(rule, kind));
      for (const statement of [...COLUMNS, ...rules]) await sql.raw(statement).execute(db);
    },
  };
}

const COLUMNS: readonly string[] = [
  'alter table account add column identity_document text',
  'alter table account add column identity_digest text',
  'alter table account add column identity_seen_by text references account (id)',
  'alter table account add column identity_seen_at bigint',
  `alter table account add constraint account_identity_document
    check (identity_document in ('resident-id', 'passport', 'other'))`,
  `alter table account add constraint account_identity_whole check (
    (identity_document is null) = (identity_digest is null)
    and (identity_document is null) = (identity_seen_by is null)
    and (identity_document is null) = (identity_seen_at is null))`,
  'alter table account add constraint account_identity_seen_by_another check (identity_seen_by <> id)',
  `create unique index account_one_for_a_person on account (identity_digest)
    where identity_digest is not null and state <> 'departed'`,
];

const RULES: readonly Rule[] = [
  {
    name: 'account_keeps_identity',
    event: 'update of identity_digest',
    table: 'account',
    when: 'old.identity_digest is not null and (new.identity_digest is null or new.identity_digest <> old.identity_digest)',
    why: 'an account keeps its person',
  },
];
