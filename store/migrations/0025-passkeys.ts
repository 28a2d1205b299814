// Passkeys: a second factor on the web, beside the code. One credential, one account; whose it is and which key it has
// never change.

import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../database-kind.ts';
import { type Rule, ruleStatements } from './rule.ts';

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

export function passkeys(kind: DatabaseKind): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createTable('passkey')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('account_id', 'text', (column) => column.notNull().references('account.id'))
        .addColumn('credential', 'text', (column) => column.notNull().unique())
        .addColumn('public_key', 'text', required)
        .addColumn('sign_counter', 'bigint', required)
        .addColumn('transports', 'text', required)
        .addColumn('discoverable', 'integer', required)
        .addColumn('name', 'text', required)
        .addColumn('created_at', 'bigint', required)
        .addColumn('last_used_at', 'bigint')
        .addCheckConstraint('passkey_counter', sql`sign_counter between 0 and 4294967295`)
        .addCheckConstraint('passkey_discoverable', sql`discoverable in (0, 1)`)
        .execute();
      await db.schema.createIndex('passkey_of_account').on('passkey').column('account_id').execute();
      for (const rule of RULES)
        for (const statement of ruleStatements(rule, kind)) await sql.raw(statement).execute(db);
    },
  };
}

const RULES: readonly Rule[] = [
  {
    name: 'passkey_keeps_counting',
    event: 'update of sign_counter',
    table: 'passkey',
    when: 'new.sign_counter < old.sign_counter',
    why: 'the counter of a passkey never goes back',
  },
  {
    name: 'passkey_keeps_its_key',
    event: 'update of account_id, credential, public_key',
    table: 'passkey',
    when: 'old.account_id <> new.account_id or old.credential <> new.credential or old.public_key <> new.public_key',
    why: 'a passkey keeps its person and its key',
  },
];
