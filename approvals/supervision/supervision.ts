// What supervisors do: watch, freeze and let go on, write a line. Who may, the policies say; each act is on record. They
// can only look and stop: nothing here reaches the target.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { Person } from '../../identity/people/account.ts';
import { listAccounts } from '../../identity/people/account-repository.ts';
import { actorOf, SYSTEM, witnessed } from '../../identity/permission.ts';
import { plainText } from '../../identity/plain-text.ts';
import type { SessionAction } from '../../policies/action.ts';
import type { AccountId, SessionId } from '../../store/core/ids.ts';
import type { FlowState } from './flow.ts';
import { supervisorsLine } from './flow-text.ts';
import { createPermitWatch, onLiveSession, type PermitUses, sessionOver, type WatchPermit } from './watch-permit.ts';
import type { WatchedSessions } from './watched-sessions.ts';

/** Why somebody watches no longer. */
export type WatchEnd = 'left' | 'lost' | 'signed-out' | 'session-over';

export interface Watching {
  readonly permit: WatchPermit;
  /** Undefined when the session is over. */
  state(): FlowState | undefined;
  /** Once; later calls do nothing. Resolves when it is written down. */
  end(why: WatchEnd): Promise<void>;
}

export interface SupervisionView {
  readonly session: SessionId;
  readonly state: FlowState;
  readonly supervised: boolean;
  readonly watchers: readonly Person[];
  readonly heldBy: Person | null;
  readonly holdReason: string | null;
}

/** Every method on a session throws `session.absent`, the policy's refusal, or `session.over`. */
export interface Supervision {
  /** Counts from now on; `onOver` when the session is over. */
  watch(user: AuthenticatedUser, id: string, onOver: () => void): Promise<Watching>;
  /** Whether they could watch: asked before there is a view to hold open. */
  mayWatch(user: AuthenticatedUser, id: string): Promise<void>;
  freeze(user: AuthenticatedUser, id: string, reason: string): Promise<void>;
  resume(user: AuthenticatedUser, id: string): Promise<void>;
  say(user: AuthenticatedUser, id: string, text: string): Promise<void>;
  /** Of the live sessions that this person may see. */
  list(user: AuthenticatedUser): Promise<readonly SupervisionView[]>;
}

export interface SupervisionUses extends PermitUses {
  readonly watched: WatchedSessions;
}

export function createSupervision(uses: SupervisionUses): Supervision {
  const { watched } = uses;
  const permitWatch = createPermitWatch(uses);
  /** Authorised first, done then: a hand that stops a session waits for no disk. */
  const acted = async (user: AuthenticatedUser, id: string, action: SessionAction): Promise<SessionId> => {
    const session = await onLiveSession(uses, user, id, action, async (_tx, found) => found.id);
    if (watched.state(session) === undefined) throw sessionOver();
    return session;
  };
  return {
    async watch(user, id, onOver) {
      const permit = await permitWatch(user, id);
      const leave = watched.watch(permit.session.id, user, onOver);
      const watching = watchingOf(uses, permit, leave ?? (() => {}));
      if (leave !== undefined) return watching;
      await watching.end('session-over');
      throw sessionOver();
    },
    mayWatch: (user, id) => onLiveSession(uses, user, id, 'session.watch', async () => undefined),
    async freeze(user, id, text) {
      const reason = lineOf(text, 'reason');
      const session = await acted(user, id, 'session.freeze');
      if (!(await watched.hold(session, { by: user, reason }))) throw sessionOver();
      await say(uses, user, { type: 'session.held', session, reason });
    },
    async resume(user, id) {
      const session = await acted(user, id, 'session.resume');
      await say(uses, user, { type: 'session.released', session });
      if (!(await watched.release(session))) throw sessionOver();
    },
    async say(user, id, text) {
      const line = lineOf(text, 'text');
      const session = await acted(user, id, 'session.say');
      await say(uses, user, { type: 'session.told', session, text: line });
      const { displayName } = await personOf(uses, user.account.id);
      if (!(await watched.tell(session, supervisorsLine(displayName, line)))) throw sessionOver();
    },
    list: (user) => witnessed(uses, user, 'session.list', null, () => list(uses, user)),
  };
}

function lineOf(text: string, field: string): string {
  return plainText(text, { field, maxLength: 500 });
}

type Said =
  | { readonly type: 'session.held'; readonly session: SessionId; readonly reason: string }
  | { readonly type: 'session.released'; readonly session: SessionId }
  | { readonly type: 'session.told'; readonly session: SessionId; readonly text: string };

function say({ database, append }: SupervisionUses, user: AuthenticatedUser, said: Said): Promise<void> {
  const by = { actor: actorOf(user), source: user.source };
  return database.transaction((tx) => {
    const { session } = said;
    switch (said.type) {
      case 'session.held':
        return append(tx, { type: said.type, ...by, details: { session, reason: said.reason } });
      case 'session.released':
        return append(tx, { type: said.type, ...by, details: { session } });
      case 'session.told':
        return append(tx, { type: said.type, ...by, details: { session, text: said.text } });
    }
  });
}

function watchingOf({ database, append, watched }: SupervisionUses, permit: WatchPermit, leave: () => void): Watching {
  let ended: Promise<void> | undefined;
  const { user, session } = permit;
  return {
    permit,
    state: () => watched.state(session.id),
    end(why) {
      if (ended !== undefined) return ended;
      leave();
      const by = { actor: actorOf(user), source: user.source };
      ended = database.transaction((tx) =>
        append(tx, { type: 'watch.ended', ...by, details: { session: session.id, why } }),
      );
      return ended;
    },
  };
}

async function list(uses: SupervisionUses, user: AuthenticatedUser): Promise<readonly SupervisionView[]> {
  const { policies, watched, database } = uses;
  policies.authorize(user, 'session.list', SYSTEM);
  const seen = watched
    .states()
    .filter(({ session, account }) => policies.allows(user, 'session.read', { kind: 'session', id: session, account }));
  const people = new Map((await database.transaction(listAccounts)).map(({ person }) => [person.id, person] as const));
  const known = (id: AccountId): Person[] => [people.get(id)].filter((person) => person !== undefined);
  return seen.map(({ session, state, supervised, watchers, held }) => ({
    session,
    state,
    supervised,
    watchers: [...new Set(watchers.map(({ account }) => account.id))].flatMap(known),
    heldBy: held === null ? null : (known(held.by.account.id)[0] ?? null),
    holdReason: held?.reason ?? null,
  }));
}

async function personOf({ database }: SupervisionUses, id: AccountId): Promise<Person> {
  const found = (await database.transaction(listAccounts)).find(({ person }) => person.id === id);
  if (found === undefined) throw new Error(`expected a row for ${id}`);
  return found.person;
}
