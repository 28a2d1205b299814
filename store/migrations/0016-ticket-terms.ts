// What a ticket says beyond one window and its channels: one column of JSON, covered by the ticket's hash. Who comes
// along stands in a table, too, so that a companion's tickets are found.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export function ticketTerms(): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
    },
  };
}

const STATEMENTS: readonly string[] = [
  'alter table ticket add column terms text',
  `create table ticket_companion (
    ticket_id text not null references ticket (id),
    account_id text not null references account (id),
    constraint ticket_companion_key primary key (ticket_id, account_id)
  )`,
  'create index ticket_companion_account on ticket_companion (account_id)',
];
