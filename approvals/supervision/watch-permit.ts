// The gate's sibling for live views: the proof that somebody may watch one live session, made with its evidence. Only this
// file makes one, and what they watch counts as supervision for as long as the view is held open.

import type { AppendEvidence } from '../../audit/event.ts';
import { type AuthenticatedUser, isAuthenticated } from '../../identity/login/authenticated-user.ts';
import { actorOf, capacityOf, witnessed } from '../../identity/permission.ts';
import type { SessionAction } from '../../policies/action.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { SessionView } from '../access/session-repository.ts';
import { visibleSession } from '../access/visible-session.ts';

class WatchPermit {
  readonly user: AuthenticatedUser;
  readonly session: SessionView;
  readonly #permitted = true;

  constructor(user: AuthenticatedUser, session: SessionView) {
    this.user = user;
    this.session = session;
  }

  static isPermitted(value: unknown): value is WatchPermit {
    return typeof value === 'object' && value !== null && #permitted in value && value.#permitted;
  }
}

export type { WatchPermit };

export const isWatchPermit = WatchPermit.isPermitted;

export const sessionOver = defineRefusal('session.over', 'conflict', () => ({
  zh: '会话已经结束',
  en: 'this session is over',
}));

export interface PermitUses {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly policies: Policies;
}

/** Leaves `watch.begun`. Throws `session.absent`, the policy's refusal, or `session.over`. */
export type PermitWatch = (user: AuthenticatedUser, id: string) => Promise<WatchPermit>;

export function createPermitWatch(uses: PermitUses): PermitWatch {
  return (user, id) =>
    onLiveSession(uses, user, id, 'session.watch', async (tx, session) => {
      const { id: watched } = session;
      const by = { actor: actorOf(user), source: user.source };
      await uses.append(tx, { type: 'watch.begun', ...by, details: { session: watched, ...capacityOf(user) } });
      return new WatchPermit(user, session);
    });
}

/** Does `work` for somebody who may do that to that session, while it is live. */
export function onLiveSession<T>(
  uses: PermitUses,
  user: AuthenticatedUser,
  id: string,
  action: SessionAction,
  work: (tx: Tx, session: SessionView) => Promise<T>,
): Promise<T> {
  const about: Json = { session: id.slice(0, 64).toWellFormed() };
  return witnessed(uses, user, action, about, () => {
    if (!isAuthenticated(user)) throw new Error('expected somebody who signed in');
    return uses.database.transaction(async (tx) => {
      const session = await visibleSession(uses, tx, user, id, action);
      if (session.endedAt !== null) throw sessionOver();
      return work(tx, session);
    });
  });
}
