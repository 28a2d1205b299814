// The live sessions of this process, who watches each, and whether anything passes. Freezing comes first and is written
// down then; going on is written down first. One step at a time for each session: a supervisor who leaves and one who
// comes in the same moment leave the session as the last of them has it. Where the gateway does not answer that nothing
// passes, the session ends.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { AccountId, SessionId } from '../../store/core/ids.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import type { Database } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import { type ApprovedChannel, isApproved } from '../access/approved-channel.ts';
import { causeOf, type FlowState, flowOf, passes } from './flow.ts';
import { frozenText, GOES_ON, RELEASED } from './flow-text.ts';

/** The gateway's end of one session, as far as supervision goes. */
export interface SupervisedChannel {
  /** Resolves when nothing passes any more, or when it does again; the engineer reads `text`. */
  flow(passing: boolean, text: Sentence): Promise<void>;
  /** A line for the engineer. */
  tell(text: Sentence): Promise<void>;
  /** Ends the session: it could not be stopped otherwise. */
  end(): void;
}

export interface Hold {
  readonly by: AuthenticatedUser;
  readonly reason: string;
}

export interface WatchedState {
  readonly session: SessionId;
  readonly account: AccountId;
  readonly state: FlowState;
  readonly supervised: boolean;
  readonly watchers: readonly AuthenticatedUser[];
  readonly held: Hold | null;
}

export interface WatchedUses {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly logger: Logger;
}

interface Entry {
  readonly approved: ApprovedChannel;
  readonly channel: SupervisedChannel;
  readonly watchers: Set<{ readonly user: AuthenticatedUser; readonly onOver: () => void }>;
  held: Hold | null;
  /** What the gateway was told last. */
  passing: boolean;
  begun: boolean;
  turn: Promise<void>;
}

export class WatchedSessions {
  readonly #uses: WatchedUses;
  readonly #live = new Map<SessionId, Entry>();

  constructor(uses: WatchedUses) {
    this.#uses = uses;
  }

  /** Answers the function that forgets it: the session is over. */
  add(approved: ApprovedChannel, channel: SupervisedChannel): () => void {
    if (!isApproved(approved)) throw new Error('expected a channel that the gate approved');
    const passing = !approved.supervised;
    const entry: Entry = {
      approved,
      channel,
      watchers: new Set(),
      held: null,
      passing,
      begun: passing,
      turn: Promise.resolve(),
    };
    this.#live.set(approved.session, entry);
    return () => {
      if (!this.#live.delete(approved.session)) return;
      for (const { onOver } of entry.watchers) onOver();
    };
  }

  /** Whether a target may be reached for it now. */
  mayPass(session: SessionId): boolean {
    const entry = this.#live.get(session);
    return entry?.passing === true && passes(watchedOf(entry));
  }

  /** Undefined when the session is over. */
  state(session: SessionId): FlowState | undefined {
    const entry = this.#live.get(session);
    return entry && flowOf(watchedOf(entry));
  }

  /** Undefined when the session is over. Answers the function by which the watcher leaves. */
  watch(session: SessionId, user: AuthenticatedUser, onOver: () => void): (() => void) | undefined {
    const entry = this.#live.get(session);
    if (entry === undefined) return undefined;
    const watcher = { user, onOver };
    entry.watchers.add(watcher);
    void this.#settle(entry);
    return () => {
      // Whoever leaves a session that is over leaves nothing to freeze.
      if (entry.watchers.delete(watcher) && this.#live.has(session)) void this.#settle(entry);
    };
  }

  /** Resolves when nothing passes any more; false when the session is over. */
  async hold(session: SessionId, hold: Hold): Promise<boolean> {
    const entry = this.#live.get(session);
    if (entry === undefined) return false;
    entry.held = hold;
    await this.#settle(entry);
    return true;
  }

  /** Resolves when the session goes on, or waits for somebody who watches. */
  async release(session: SessionId): Promise<boolean> {
    const entry = this.#live.get(session);
    if (entry === undefined) return false;
    entry.held = null;
    await this.#settle(entry, RELEASED);
    return true;
  }

  async tell(session: SessionId, text: Sentence): Promise<boolean> {
    const entry = this.#live.get(session);
    await entry?.channel.tell(text);
    return entry !== undefined;
  }

  states(): readonly WatchedState[] {
    return [...this.#live.values()].map((entry) => ({
      session: entry.approved.session,
      account: entry.approved.user.account.id,
      state: flowOf(watchedOf(entry)),
      supervised: entry.approved.supervised,
      watchers: [...entry.watchers].map(({ user }) => user),
      held: entry.held,
    }));
  }

  #settle(entry: Entry, text: Sentence = GOES_ON): Promise<void> {
    // At once, whatever is still being written down: what passes is what the gateway was told last, and never more.
    const stopped = entry.passing && !passes(watchedOf(entry)) ? this.#stop(entry) : Promise.resolve();
    // Waited for below; until then a failure is nobody's.
    stopped.catch(() => undefined);
    const step = entry.turn.then(() => stopped).then(() => this.#step(entry, text));
    entry.turn = step.catch((error: unknown) =>
      this.#uses.logger.error('supervision.not-settled', error, { session: entry.approved.session }),
    );
    this.#uses.changes.publish('sessions');
    return step;
  }

  async #stop(entry: Entry): Promise<void> {
    entry.passing = false;
    const cause = causeOf(watchedOf(entry));
    try {
      await entry.channel.flow(false, frozenText(cause, entry.held?.reason));
    } catch (error) {
      this.#uses.logger.error('supervision.not-frozen', error, { session: entry.approved.session });
      entry.channel.end();
    }
    await this.#write(entry, { type: 'session.frozen', cause });
  }

  /** Goes on, where that is what everything says by now. */
  async #step(entry: Entry, text: Sentence): Promise<void> {
    if (entry.passing || !passes(watchedOf(entry)) || !this.#live.has(entry.approved.session)) return;
    await this.#write(entry, { type: 'session.resumed' });
    // Somebody may have left while it was written down.
    if (!passes(watchedOf(entry)))
      return this.#write(entry, { type: 'session.frozen', cause: causeOf(watchedOf(entry)) });
    entry.passing = true;
    entry.begun = true;
    await entry.channel.flow(true, text);
    this.#uses.changes.publish('sessions');
  }

  #write(
    { approved: { session } }: Entry,
    what:
      | { readonly type: 'session.resumed' }
      | { readonly type: 'session.frozen'; readonly cause: 'held' | 'unwatched' },
  ): Promise<void> {
    const { database, append } = this.#uses;
    const actor = { kind: 'system' } as const;
    return database.transaction((tx) =>
      what.type === 'session.resumed'
        ? append(tx, { type: what.type, actor, details: { session } })
        : append(tx, { type: what.type, actor, details: { session, cause: what.cause } }),
    );
  }
}

function watchedOf({ approved, watchers, held, begun }: Entry) {
  return { supervised: approved.supervised, watchers: watchers.size, held: held !== null, begun };
}
