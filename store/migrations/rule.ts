// A rule that holds even against raw SQL, as a trigger of either database.

import type { DatabaseKind } from '../database-kind.ts';

export interface Rule {
  readonly name: string;
  /** `insert`, `update`, `update of column`, `delete`. */
  readonly event: string;
  readonly table: string;
  /** Of `old` and `new`; always, where it is left out. */
  readonly when?: string;
  readonly why: string;
}

export function ruleStatements(rule: Rule, kind: DatabaseKind): readonly string[] {
  return kind === 'sqlite' ? sqliteTrigger(rule) : postgresTrigger(rule);
}

function sqliteTrigger({ name, event, table, when, why }: Rule): readonly string[] {
  const condition = when === undefined ? '' : `when ${when}`;
  return [`create trigger ${name} before ${event} on ${table} ${condition} begin select raise(abort, '${why}'); end`];
}

// PostgreSQL allows no subquery in a trigger's `when`, so the condition moves into the function.
function postgresTrigger({ name, event, table, when, why }: Rule): readonly string[] {
  const returns = event.startsWith('delete') ? 'old' : 'new';
  const body = `if ${when ?? 'true'} then raise exception '${why}'; end if; return ${returns};`;
  return [
    `create function ${name}() returns trigger language plpgsql as $$ begin ${body} end $$`,
    `create trigger ${name} before ${event} on ${table} for each row execute function ${name}()`,
  ];
}
