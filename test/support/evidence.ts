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

/** A no, as the evidence has it. */
export interface LoggedRefusal {
  readonly type: string;
  readonly code: unknown;
  /** Of the channel that was asked for. */
  readonly kind: unknown;
}

const REFUSALS = ['access.refused', 'login.failed', 'login.locked', 'step-up.failed', 'file.refused'];

/** Every no from that leaf on, at the login, at the gate or within a session. */
export async function refusalsSince(site: TestInstallation, leaf: number): Promise<readonly LoggedRefusal[]> {
  const events = (await evidence(site, leaf)).filter(({ type }) => REFUSALS.includes(type));
  return events.map(({ type, details }) => ({
    type,
    code: details.code,
    kind: (details.request as { readonly kind?: unknown } | undefined)?.kind,
  }));
}
