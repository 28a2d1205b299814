// The freeze calendar: spans, such as a day on which bids are opened, in which nothing is approved and nothing is open
// but emergencies. The start belongs to a span, the end does not.

import type { AccountId, FreezeId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { Window } from '../ticket/windows.ts';

export interface Freeze extends Window {
  readonly id: FreezeId;
  readonly reason: string;
  readonly placer: AccountId;
  readonly placedAt: number;
}

/** In force and not over, by their start. */
export async function freezesFrom(tx: Tx, now: number): Promise<readonly Freeze[]> {
  const rows = await tx
    .selectFrom('freeze_span')
    .selectAll()
    .where('ends_at', '>', now)
    .where('lifted_at', 'is', null)
    .orderBy('starts_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    start: row.starts_at,
    end: row.ends_at,
    reason: row.reason,
    placer: row.placer_id,
    placedAt: row.placed_at,
  }));
}

export function freezeNow<F extends Window>(freezes: readonly F[], now: number): F | undefined {
  return freezes.find(({ start, end }) => start <= now && now < end);
}

/** The first that touches the window. */
export function freezeIn<F extends Window>(freezes: readonly F[], window: Window): F | undefined {
  return freezes.find(({ start, end }) => start < window.end && window.start < end);
}
