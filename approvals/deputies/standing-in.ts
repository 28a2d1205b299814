// In whose place somebody decides at this moment. Asked in the transaction of the decision, so that a deputy whose days
// are over in the middle of it decides nothing.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { findAccount } from '../../identity/people/account-repository.ts';
import type { Subject } from '../../policies/action.ts';
import type { AccountId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import { type Deputy, deputyOver } from './deputy.ts';
import { deputiesOf } from './repository.ts';

export interface Standing {
  readonly account: Subject;
  /** Null where they decide in their own right. */
  readonly deputyFor: AccountId | null;
}

/**
 * In a head's place where they stand in for one now, even where their own right would do: that place counts for more.
 * `needed`: they have no right of their own to it; throws `deputy.over` where they had one as a deputy.
 */
export async function deciding(
  tx: Tx,
  { account }: AuthenticatedUser,
  now: number,
  needed: boolean,
): Promise<Standing> {
  if (account.role === 'head') return { account, deputyFor: null };
  const all = await deputiesOf(tx, account.id);
  for (const each of all.filter((deputy) => isNow(deputy, now))) {
    // A head who has left leaves nobody in their place.
    if ((await findAccount(tx, each.head))?.state !== 'active') continue;
    return { account: { ...account, deputy: true }, deputyFor: each.head };
  }
  if (needed && all.some(({ until, endedAt }) => until <= now || endedAt !== null)) throw deputyOver();
  return { account, deputyFor: null };
}

export function isNow({ from, until, endedAt }: Deputy, now: number): boolean {
  return endedAt === null && from <= now && now < until;
}
