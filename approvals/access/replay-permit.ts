// The gate's sibling for records: the proof that somebody may replay one recording, made with its evidence.

import type { AppendEvidence } from '../../audit/event.ts';
import { type AuthenticatedUser, isAuthenticated } from '../../identity/login/authenticated-user.ts';
import { actorOf, witnessed } from '../../identity/permission.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Database } from '../../store/database.ts';
import { isDestroyed } from '../keeping/destruction-repository.ts';
import { alreadyDestroyed } from '../keeping/hold.ts';
import { findTracks, type SessionView } from './session-repository.ts';
import { visibleSession } from './visible-session.ts';

class ReplayPermit {
  readonly user: AuthenticatedUser;
  readonly session: SessionView;
  /** What was written down of its tracks at the end; null while live, or when they could not be sealed. */
  readonly tracks: Json | null;
  readonly #permitted = true;

  constructor(user: AuthenticatedUser, session: SessionView, tracks: Json | null) {
    this.user = user;
    this.session = session;
    this.tracks = tracks;
  }

  static isPermitted(value: unknown): value is ReplayPermit {
    return typeof value === 'object' && value !== null && #permitted in value && value.#permitted;
  }
}

export type { ReplayPermit };

export const isReplayPermit = ReplayPermit.isPermitted;

/** Leaves `replay.opened`. Throws `session.absent`, or the policy's refusal, with `access.refused`. */
export type PermitReplay = (user: AuthenticatedUser, id: string) => Promise<ReplayPermit>;

export interface ReplayUses {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly policies: Policies;
}

export function createPermitReplay(uses: ReplayUses): PermitReplay {
  const { database, append } = uses;
  return (user, id) =>
    witnessed(uses, user, 'session.replay', { session: id.slice(0, 64).toWellFormed() }, () => {
      if (!isAuthenticated(user)) throw new Error('expected somebody who signed in');
      return database.transaction(async (tx) => {
        const found = await visibleSession(uses, tx, user, id, 'session.replay');
        if (await isDestroyed(tx, found.id)) throw alreadyDestroyed();
        await append(tx, {
          type: 'replay.opened',
          actor: actorOf(user),
          source: user.source,
          details: { session: found.id },
        });
        return new ReplayPermit(user, found, await findTracks(tx, found.id));
      });
    });
}
