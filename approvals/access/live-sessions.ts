// The channels that are live in this process. Whatever changes, the gate is asked again about each of them; the end of
// a window comes by the monotonic clock, so that nobody gains time by setting the other one back. A window that was made
// longer is told to the channel, which goes on. A channel is cut once, however many reasons arrive together; later ones wait for the same end.

import type { Cancel, Clock } from '../../store/core/clock.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import type { AccountId, SessionId, TicketId } from '../../store/core/ids.ts';
import type { Logger } from '../../store/core/logger.ts';
import { type ApprovedChannel, isApproved } from './approved-channel.ts';
import type { Gate, Standing } from './gate.ts';
import type { WindowTime } from './window-time.ts';

export interface CutReceipt {
  readonly session: SessionId;
  readonly target: string;
  readonly login: string;
  /** From the act to the moment after which nothing passed any more; null when closing failed or took too long. */
  readonly closedAfterMs: number | null;
}

/** Ends the channel; resolves when nothing passes any more. Called at most once per channel. */
export type Cut = (reason: EndReason) => Promise<void>;

export interface WindowNews {
  /** The channel's window ends at another time than it knows of, milliseconds since 1970. */
  moved?(closesAt: number): void;
  /** The window is over, and what runs may finish until then. */
  finishing?(until: number): void;
}

export interface LiveSessions {
  /** Answers the function that removes it again. The gate is asked once more right after adding. */
  add(approved: ApprovedChannel, cut: Cut, news?: WindowNews): () => void;
  /** Asks the gate again about every live channel and cuts where it says no, or where it cannot answer. */
  reconsider(): Promise<void>;
  cutWhere(matches: (approved: ApprovedChannel) => boolean, reason: EndReason): Promise<readonly CutReceipt[]>;
  count(of?: { readonly ticket?: TicketId; readonly account?: AccountId }): number;
}

export interface LiveUses {
  readonly gate: Pick<Gate, 'standing'>;
  readonly clock: Clock;
  readonly time: WindowTime;
  readonly logger: Logger;
  /** How long what may finish goes on after its window, milliseconds. */
  readonly finishMs: number;
}

const LONGEST_CLOSING_MS = 10_000;

interface Entry {
  readonly approved: ApprovedChannel;
  readonly cut: Cut;
  readonly news: WindowNews;
  cutting: Promise<boolean> | undefined;
  closesAt: number;
  closing: EndReason;
  finishesUntil: number;
  cancelEnd: Cancel;
}

export function createLiveSessions({ gate, clock, time, logger, finishMs }: LiveUses): LiveSessions {
  const live = new Map<SessionId, Entry>();
  const cut = (entry: Entry, reason: EndReason): Promise<boolean> => {
    entry.cutting ??= closed(entry, reason, clock, logger);
    return entry.cutting;
  };
  const reconsider = async (entry: Entry): Promise<void> => {
    if (entry.cutting !== undefined) return;
    const standing = await gate.standing(entry.approved).catch((cause: unknown): Standing => {
      logger.error('live-session.reconsider-failed', cause, { session: entry.approved.session });
      return { ends: 'access-changed' };
    });
    if (live.get(entry.approved.session) !== entry) return;
    if ('ends' in standing) await cut(entry, standing.ends);
    else settle(entry, standing);
  };
  const arm = (entry: Entry): void => {
    entry.cancelEnd();
    const left = Math.max(0, entry.closesAt - time.now());
    entry.cancelEnd = clock.after(left, () => over(entry));
  };
  const over = (entry: Entry): void => {
    finish(entry);
    if (entry.cutting === undefined) entry.news.finishing?.(entry.finishesUntil);
  };
  /** Until the end of the grace, or the freeze that begins in it. */
  const finish = (entry: Entry): void => {
    entry.cancelEnd();
    const left = entry.finishesUntil - time.now();
    const reason = entry.closing;
    if (left <= 0) void cut(entry, reason);
    else entry.cancelEnd = clock.after(left, () => void cut(entry, reason));
  };
  const settle = (entry: Entry, { closesAt, closing, finishesUntil }: Exclude<Standing, { ends: EndReason }>): void => {
    if (entry.cutting !== undefined) return;
    const moved = finishesUntil !== entry.finishesUntil;
    Object.assign(entry, { closing, finishesUntil });
    if (closesAt !== entry.closesAt) move(entry, closesAt);
    else if (moved && closesAt <= time.now()) finish(entry);
  };
  const move = (entry: Entry, closesAt: number): void => {
    if (entry.cutting !== undefined) return;
    entry.closesAt = closesAt;
    arm(entry);
    entry.news.moved?.(closesAt);
  };
  return {
    add(approved, end, news = {}) {
      if (!isApproved(approved)) throw new Error('expected a channel that the gate approved');
      if (live.has(approved.session)) throw new Error(`expected ${approved.session} once`);
      const { closesAt } = approved;
      const entry: Entry = {
        ...{ approved, cut: end, news, cutting: undefined, closesAt, cancelEnd: () => {} },
        closing: 'window-ended',
        finishesUntil: closesAt + (approved.finishes ? finishMs : 0),
      };
      live.set(approved.session, entry);
      arm(entry);
      void reconsider(entry);
      return () => {
        entry.cancelEnd();
        live.delete(approved.session);
      };
    },
    async reconsider() {
      await Promise.all([...live.values()].map(reconsider));
    },
    cutWhere(matches, reason) {
      const began = clock.monotonic();
      const chosen = [...live.values()].filter(({ approved }) => matches(approved));
      return Promise.all(
        chosen.map(async (entry) => {
          const { session, target, targetAccount } = entry.approved;
          const done = await cut(entry, reason);
          const closedAfterMs = done ? clock.monotonic() - began : null;
          return { session, target: target.name, login: targetAccount.login, closedAfterMs };
        }),
      );
    },
    count({ ticket, account } = {}) {
      return [...live.values()].filter(
        ({ approved }) =>
          (ticket === undefined || approved.ticket.id === ticket) &&
          (account === undefined || approved.user.account.id === account),
      ).length;
    },
  };
}

/** True once nothing passes any more; false when closing failed or took too long. */
function closed({ approved, cut }: Entry, reason: EndReason, clock: Clock, logger: Logger): Promise<boolean> {
  return new Promise((resolve) => {
    const fields = { session: approved.session, reason };
    const cancel = clock.after(LONGEST_CLOSING_MS, () => {
      logger.error('live-session.cut-slow', new Error('expected the channel to close'), fields);
      resolve(false);
    });
    const failed = (cause: unknown): void => {
      logger.error('live-session.cut-failed', cause, fields);
      resolve(false);
    };
    // A cut that throws at once must not end the others' cutting.
    Promise.resolve()
      .then(() => cut(reason))
      .then(() => resolve(true), failed)
      .finally(cancel);
  });
}
