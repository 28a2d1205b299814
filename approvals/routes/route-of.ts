// The route of a ticket, from the groups of the targets it touches.

import type { TargetAccountId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import { EMERGENCY, ONE_HEAD, type Route, strictest } from '../ticket/route.ts';
import type { TicketContent } from '../ticket/ticket.ts';

export async function routeOf(tx: Tx, { channels, terms }: TicketContent): Promise<Route> {
  if (terms.urgency !== 'planned') return EMERGENCY;
  return strictest(
    await routesOf(
      tx,
      channels.map(({ targetAccountId }) => targetAccountId),
    ),
  );
}

async function routesOf(tx: Tx, accounts: readonly TargetAccountId[]): Promise<readonly Route[]> {
  const rows = await tx
    .selectFrom('target_account')
    .innerJoin('target', 'target.id', 'target_account.target_id')
    .leftJoin('target_group', 'target_group.id', 'target.group_id')
    .select(['target_group.needs_filing as filing', 'target_group.needs_approvals as approvals'])
    .where('target_account.id', 'in', accounts)
    .execute();
  return rows.map(({ filing, approvals }) =>
    filing === null || approvals === null ? ONE_HEAD : { filing: filing === 1, approvals, emergency: false },
  );
}
