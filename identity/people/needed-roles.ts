// Administration, decision and audit are in three people's hands (R8): until each of them is there nothing opens, and none
// of them leaves without somebody who takes over.

import type { Tx } from '../../store/database.ts';
import type { Role } from '../../store/schema/states.ts';

export const NEEDED_ROLES: readonly Role[] = ['admin', 'head', 'auditor'];

/** Roles that nobody active has. */
export async function missingRoles(tx: Tx): Promise<readonly Role[]> {
  const rows = await tx
    .selectFrom('account')
    .select('role')
    .distinct()
    .where('state', '=', 'active')
    .where('role', 'in', NEEDED_ROLES)
    .execute();
  return NEEDED_ROLES.filter((role) => !rows.some((row) => row.role === role));
}
