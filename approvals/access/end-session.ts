// Ending one session by hand: its own person, the head, or the information section that follows the work. Who did it and
// why is in the evidence before anything is closed.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, witnessed } from '../../identity/permission.ts';
import { plainText } from '../../identity/plain-text.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { SessionId } from '../../store/core/ids.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { CutReceipt, LiveSessions } from './live-sessions.ts';
import type { SessionLog } from './session-log.ts';

/** Throws `session.absent` or the policy's refusal. Undefined when the session was no longer live. */
export type EndSession = (user: AuthenticatedUser, id: string, reason: string) => Promise<CutReceipt | undefined>;

export interface EndSessionUses {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly policies: Policies;
  readonly sessions: Pick<SessionLog, 'get'>;
  readonly live: Pick<LiveSessions, 'cutWhere'>;
}

export function createEndSession(uses: EndSessionUses): EndSession {
  const { database, policies, sessions, live } = uses;
  return async (user, id, text) => {
    const words = plainText(text, { field: 'reason', maxLength: 1000, lines: 'many' });
    const session = await sessions.get(user, id);
    const own = session.account.id === user.account.id;
    await witnessed(uses, user, 'session.end', { session: session.id }, async () => {
      policies.authorize(user, 'session.end', { kind: 'session', id: session.id, account: session.account.id });
      await database.transaction(async (tx) => {
        await requireActive(tx, user);
        await writeDown(tx, uses.append, user, session.id, words);
      });
    });
    const reason = own ? 'closed-by-requester' : 'cut-by-head';
    const [receipt] = await live.cutWhere((approved) => approved.session === session.id, reason);
    return receipt;
  };
}

/** What has ended already was not cut by anybody. */
async function writeDown(
  tx: Tx,
  append: AppendEvidence,
  user: AuthenticatedUser,
  session: SessionId,
  reason: string,
): Promise<void> {
  const unended = await tx
    .selectFrom('session')
    .select('id')
    .where('id', '=', session)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (unended === undefined) return;
  await append(tx, { type: 'session.cut', actor: actorOf(user), source: user.source, details: { session, reason } });
}
