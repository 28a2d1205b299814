// Who can open what was typed at hidden prompts, and each time it was opened. Whoever asks for an opening cannot also
// release a share for it, even by raw SQL; a share belongs to somebody who was asked.

import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey().notNull();
const refers = (to: string) => (column: ColumnDefinitionBuilder) => column.notNull().references(to);

export function custodians(): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createTable('custodian')
        .addColumn('id', 'text', key)
        .addColumn('account_id', 'text', refers('account.id'))
        .addColumn('recipient', 'text', (c) => c.notNull().unique())
        .addColumn('appointed_at', 'bigint', required)
        .addColumn('removed_at', 'bigint')
        .execute();
      await db.schema
        .createIndex('custodian_of_account')
        .on('custodian')
        .column('account_id')
        .unique()
        .where(sql.ref('removed_at'), 'is', null)
        .execute();
      await db.schema
        .createTable('unsealing')
        .addColumn('id', 'text', key)
        .addColumn('session_id', 'text', refers('session.id'))
        .addColumn('requester_id', 'text', refers('account.id'))
        .addColumn('reason', 'text', required)
        .addColumn('asked_at', 'bigint', required)
        .addColumn('expires_at', 'bigint', required)
        .addColumn('opened_at', 'bigint')
        .addColumn('open_until', 'bigint')
        .addColumn('data_key', 'text')
        .addUniqueConstraint('unsealing_of_requester', ['id', 'requester_id'])
        .addCheckConstraint('unsealing_open', sql`(opened_at is null) = (open_until is null)`)
        .addCheckConstraint('unsealing_key', sql`data_key is null or opened_at is not null`)
        .execute();
      await db.schema
        .createTable('unsealing_share')
        .addColumn('unsealing_id', 'text', required)
        .addColumn('requester_id', 'text', required)
        .addColumn('account_id', 'text', refers('account.id'))
        .addColumn('recipient', 'text', required)
        .addColumn('released_at', 'bigint', required)
        .addColumn('received_at', 'bigint')
        .addColumn('share', 'text')
        .addPrimaryKeyConstraint('unsealing_share_once', ['unsealing_id', 'account_id'])
        .addForeignKeyConstraint('unsealing_share_of', ['unsealing_id', 'requester_id'], 'unsealing', [
          'id',
          'requester_id',
        ])
        .addCheckConstraint('unsealing_share_by_another', sql`account_id <> requester_id`)
        .execute();
    },
  };
}
