// What the evidence log holds, for tests to look at.

import type { TestInstallation } from './installation.ts';

export interface LoggedEvent {
  readonly type: string;
  readonly actor: { readonly name?: string };
  readonly details: Readonly<Record<string, unknown>>;
}

/** Every event from that leaf on, oldest first. */
export async function evidence(site: TestInstallation, from = 0): Promise<readonly LoggedEvent[]> {
  const rows = await site.running.database.transaction((tx) =>
    tx.selectFrom('evidence').select('leaf').where('leaf_index', '>=', from).orderBy('leaf_index').execute(),
  );
  return rows.map(({ leaf }) => JSON.parse(leaf) as LoggedEvent);
}

export async function evidenceSize(site: TestInstallation): Promise<number> {
  const { count } = await site.running.database.transaction((tx) =>
    tx
      .selectFrom('evidence')
      .select((is) => is.fn.countAll().as('count'))
      .executeTakeFirstOrThrow(),
  );
  return Number(count);
}
