// What identity asks of the policies, which stand to its left and are therefore given to it. Every service asks before
// it acts, so no edge can forget to; whoever is refused leaves evidence.

import type { AppendEvidence } from '../audit/event.ts';
import type { Capacity } from '../audit/events/capacity.ts';
import type { Json } from '../store/core/canonical-json.ts';
import type { AccountId } from '../store/core/ids.ts';
import { Refusal } from '../store/core/refusal.ts';
import type { Database } from '../store/database.ts';
import type { AuthenticatedUser } from './login/authenticated-user.ts';

export type IdentityAction =
  | 'account.list'
  | 'account.invite'
  | 'account.depart'
  | 'account.identify'
  | 'lock.list'
  | 'lock.place'
  | 'lock.lift'
  | 'key.manage'
  | 'passkey.manage'
  | 'target.list'
  | 'target.manage'
  | 'target.request'
  | 'custodian.list'
  | 'custodian.manage';

/** What an action is done to: nothing in particular, or an account. */
export type IdentityResource = { readonly kind: 'system' } | { readonly kind: 'account'; readonly id: AccountId };

/** Throws the refusal of the policy that forbids it, or `role.not-allowed`. */
export type Authorize = (user: AuthenticatedUser, action: IdentityAction, resource: IdentityResource) => void;

export const SYSTEM: { readonly kind: 'system' } = { kind: 'system' };

export interface RefusalWitness {
  readonly database: Database;
  readonly append: AppendEvidence;
}

/** Runs `work`; where it is refused as forbidden or absent, leaves `access.refused` in a transaction of its own. */
export async function witnessed<T>(
  { database, append }: RefusalWitness,
  user: AuthenticatedUser,
  action: string,
  request: Json,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal && (error.kind === 'forbidden' || error.kind === 'absent')) {
      const { code } = error;
      await database.transaction((tx) =>
        append(tx, {
          type: 'access.refused',
          actor: actorOf(user),
          source: user.source,
          details: { action, code, request },
        }),
      );
    }
    throw error;
  }
}

export function actorOf(user: AuthenticatedUser): { kind: 'account'; id: string; name: string } {
  return { kind: 'account', id: user.account.id, name: user.account.name };
}

/** What evidence of a decision says besides who it was: whoever checks it later has no list of people. */
export function capacityOf({ account: { role, vendor } }: AuthenticatedUser): Required<Capacity> {
  return { role, vendor };
}
