// What both sides of an unsealing work with: who asks, and who gives a share.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { TrackHeader } from '../../recordings/format/header.ts';
import type { Clock } from '../../store/core/clock.ts';
import { parseId, type SessionId, type UnsealingId } from '../../store/core/ids.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import { sessionAbsent } from '../access/session-log.ts';
import { findSessions, type SessionView } from '../access/session-repository.ts';
import type { UnsealingRow } from './unsealing-repository.ts';

export interface UnsealingUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
  readonly recordsKey: Secret;
  /** The header of a session's keys track; undefined where there is none that is whole. */
  readonly headerOf: (session: SessionId) => Promise<TrackHeader | undefined>;
}

/** Throws `session.absent` for what this person does not see, and the policy's refusal. */
export async function sessionFor(
  { policies }: UnsealingUses,
  tx: Tx,
  user: AuthenticatedUser,
  id: string,
  action: 'session.unseal' | 'session.share',
): Promise<SessionView> {
  await requireActive(tx, user);
  const session = parseId('ses', id);
  const [found] = session === undefined ? [] : await findSessions(tx, { session });
  if (found === undefined) throw sessionAbsent();
  const resource = { kind: 'session' as const, id: found.id, account: found.account.id };
  if (!policies.allows(user, 'session.read', resource)) throw sessionAbsent();
  policies.authorize(user, action, resource);
  return found;
}

/** As events name it. */
export function named({ id, session_id: session }: UnsealingRow): {
  readonly unsealing: UnsealingId;
  readonly session: SessionId;
} {
  return { unsealing: id, session };
}

/** What the key is wrapped for while an unsealing is open. */
export function keyPurpose(unsealing: UnsealingId) {
  return { purpose: 'sluice unsealing key', unsealing };
}
