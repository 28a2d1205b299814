// Who may do what to a session, for everything that touches records: what somebody does not see is not there, and what
// they see they may do only as the policies say.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { asOwn, requireActive } from '../../identity/people/account-repository.ts';
import type { SessionAction } from '../../policies/action.ts';
import type { Policies } from '../../policies/evaluate.ts';
import { parseId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import { sessionAbsent } from './session-log.ts';
import { findSessions, type SessionView } from './session-repository.ts';

/** `id` is as it came. Throws `session.absent`, the policy's refusal, or that the account is not active any more. */
export async function visibleSession(
  { policies }: { readonly policies: Policies },
  tx: Tx,
  user: AuthenticatedUser,
  id: string,
  action: SessionAction,
): Promise<SessionView> {
  await requireActive(tx, user);
  const session = parseId('ses', id);
  const [found] = session === undefined ? [] : await findSessions(tx, { session });
  if (found === undefined) throw sessionAbsent();
  const resource = { kind: 'session' as const, id: found.id, account: found.account.id };
  if (!policies.allows(user, 'session.read', resource)) throw sessionAbsent();
  policies.authorize(user, action, { ...resource, account: await asOwn(tx, user, found.account.id) });
  return found;
}
