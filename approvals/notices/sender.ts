// Carries what waits, in order, each until the other side has taken it or a day has passed. After a kill a notice may
// arrive twice, under one id; it is never lost.

import type { AppendEvidence } from '../../audit/event.ts';
import type { Cancel, Clock } from '../../store/core/clock.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { Database } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import { type Letterhead, letterOf } from './letter.ts';
import { type Carrier, type Letter, type Medium, Undeliverable } from './notice.ts';
import { settleDelivery, type WaitingDelivery, waitingDeliveries } from './notice-repository.ts';

export interface NoticeSender {
  /** Carries everything whose time has come. Never rejects because somebody did not take something. */
  look(): Promise<void>;
  /** Looks at once, whenever something changed, and every quarter of a minute. Answers what stops it. */
  start(): Cancel;
}

const MINUTE = 60_000;
const EVERY_MS = 15_000;
/** After the first failure, the second, …; then the last one again and again. */
const PAUSES_MS = [MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE];
const LONGEST_MS = 24 * 60 * MINUTE;
const AT_ONCE = 50;
/** Group robots shut out whoever sends more than 20 in a minute. */
const MOST_A_MINUTE = 15;
const GROUPS: readonly Medium[] = ['wecom', 'dingtalk'];

export interface SenderUses {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly carriers: ReadonlyMap<Medium, Carrier>;
  readonly letterhead: Letterhead;
}

export function createNoticeSender(uses: SenderUses): NoticeSender {
  const { database, clock, logger } = uses;
  const recent = new Map<Medium, number[]>();
  let [busy, again]: [Promise<void> | undefined, boolean] = [undefined, false];
  const round = async (): Promise<void> => {
    do {
      again = false;
      for (;;) {
        const waiting = await database.transaction((tx) => waitingDeliveries(tx, clock.now(), AT_ONCE));
        for (const each of waiting) await carry(uses, each, () => mayNow(recent, each.medium, clock.monotonic()));
        if (waiting.length < AT_ONCE) break;
      }
    } while (again);
  };
  const look = (): Promise<void> => {
    again = true;
    busy ??= round().finally(() => {
      busy = undefined;
    });
    return busy;
  };
  return {
    look,
    start() {
      const quietly = (): void => void look().catch((error: unknown) => logger.error('notices.failed', error));
      quietly();
      const stops = [uses.changes.subscribe(quietly), clock.every(EVERY_MS, quietly)];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

async function carry(uses: SenderUses, waiting: WaitingDelivery, mayNow: () => boolean): Promise<void> {
  const { clock, carriers, letterhead } = uses;
  const { notice, medium, person } = waiting;
  const now = Math.round(clock.now());
  const letter = letterOf(waiting, letterhead);
  const carrier = carriers.get(medium);
  // Nobody to tell any more: it was for somebody who left or takes no mail, or by a way that was taken down.
  const idle =
    letter === undefined || carrier === undefined || (person !== null && (!person.active || person.email === null));
  if (idle) return settle(uses, waiting, { next_at: null, sent_at: null, problem: null });
  if (!mayNow())
    return settle(
      uses,
      { ...waiting, tries: waiting.tries - 1 },
      { next_at: now + MINUTE, sent_at: null, problem: null },
    );
  const problem = await attempt(carrier, letter);
  if (problem === undefined) return settle(uses, waiting, { next_at: null, sent_at: now, problem: null });
  uses.logger.warn('notice.not-taken', { notice: notice.id, medium, problem: problem.why });
  const pause = PAUSES_MS[Math.min(waiting.tries, PAUSES_MS.length - 1)] ?? MINUTE;
  const over = problem.final || now + pause > notice.at + LONGEST_MS;
  return settle(uses, waiting, { next_at: over ? null : now + pause, sent_at: null, problem: problem.why });
}

async function attempt(carrier: Carrier, letter: Letter): Promise<{ why: string; final: boolean } | undefined> {
  try {
    await carrier(letter);
    return undefined;
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).slice(0, 300).toWellFormed();
    return { why, final: error instanceof Undeliverable };
  }
}

/** What is given up is on record. */
async function settle(
  { database, append }: SenderUses,
  { notice, medium, tries }: WaitingDelivery,
  change: { readonly next_at: number | null; readonly sent_at: number | null; readonly problem: string | null },
): Promise<void> {
  const { id, kind } = notice;
  await database.transaction(async (tx) => {
    await settleDelivery(tx, { id, medium }, { ...change, tries: tries + 1 });
    if (change.next_at !== null || change.problem === null) return;
    const details = { notice: id, kind, medium, why: change.problem };
    await append(tx, { type: 'notice.given-up', actor: { kind: 'system' }, details });
  });
}

function mayNow(recent: Map<Medium, number[]>, medium: Medium, now: number): boolean {
  if (!GROUPS.includes(medium)) return true;
  const within = (recent.get(medium) ?? []).filter((at) => at > now - MINUTE);
  const may = within.length < MOST_A_MINUTE;
  recent.set(medium, may ? [...within, now] : within);
  return may;
}
