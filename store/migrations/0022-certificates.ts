// Target accounts that open with a certificate hold no credential; the keys that sign these certificates. One key signs,
// one may be prepared to follow it, and whatever was used before stays known until it is retired.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../database-kind.ts';
import { type Rule, ruleStatements } from './rule.ts';

export function certificates(kind: DatabaseKind): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      const rules = RULES.flatMap((rule) => ruleStatements(rule, kind));
      for (const statement of [...ACCOUNTS, ...KEYS, ...rules]) await sql.raw(statement).execute(db);
    },
  };
}

const ACCOUNTS: readonly string[] = [
  'alter table target_account drop constraint target_account_credential_kind',
  `alter table target_account add constraint target_account_credential_kind
    check (credential_kind in ('password', 'private-key', 'certificate'))`,
  'alter table target_account alter column credential drop not null',
  `alter table target_account add constraint target_account_credential
    check ((credential_kind = 'certificate') = (credential is null))`,
];

const KEYS: readonly string[] = [
  `create table user_ca_key (
    id text not null primary key,
    public_key text not null,
    private_key text,
    state text not null,
    made_at bigint not null,
    constraint user_ca_key_public unique (public_key),
    constraint user_ca_key_state check (state in ('prepared', 'signing', 'outgoing', 'retired')),
    constraint user_ca_key_private check ((state in ('prepared', 'signing')) = (private_key is not null))
  )`,
  "create unique index user_ca_key_one on user_ca_key (state) where state in ('prepared', 'signing')",
];

const ARCS = [
  ['prepared', 'signing'],
  ['signing', 'outgoing'],
  ['outgoing', 'retired'],
];

const RULES: readonly Rule[] = [
  {
    name: 'user_ca_key_legal_arc',
    event: 'update',
    table: 'user_ca_key',
    when: `not (${ARCS.map(([from, to]) => `old.state = '${from}' and new.state = '${to}'`).join(' or ')})`,
    why: 'no such transition of a key of the user CA',
  },
  {
    name: 'user_ca_key_public_fixed',
    event: 'update',
    table: 'user_ca_key',
    when: 'old.id <> new.id or old.public_key <> new.public_key or old.made_at <> new.made_at',
    why: 'a key stays what it is',
  },
  { name: 'user_ca_key_kept', event: 'delete', table: 'user_ca_key', why: 'keys are retired, not deleted' },
];
