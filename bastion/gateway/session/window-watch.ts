// Counts down one session's window on the monotonic clock: notices at 15, 5 and 1 minutes, then the end. Setting the
// machine's clock back or forward changes nothing. A window may be made longer: what was not yet told is told anew.

import type { Cancel, Clock } from '../../../store/core/clock.ts';
import type { Sentence } from '../../../store/core/refusal.ts';

const MINUTE = 60_000;
const NOTICES = [15, 5, 1];

export interface WindowEvents {
  readonly notice: (text: Sentence) => void;
  readonly end: () => void;
}

export class WindowWatch {
  readonly #clock: Clock;
  /** On the monotonic clock. */
  #ends: number;
  #events: WindowEvents | undefined;
  #cancels: readonly Cancel[] = [];

  /** The time runs from now on, whether anybody watches or not. */
  constructor(clock: Clock, remainingMs: number) {
    this.#clock = clock;
    this.#ends = clock.monotonic() + remainingMs;
  }

  remainingMs(): number {
    return Math.max(0, this.#ends - this.#clock.monotonic());
  }

  watch(events: WindowEvents): void {
    this.#events = events;
    this.#arm();
  }

  /** From now on it ends in so much time. */
  set(remainingMs: number): void {
    this.#ends = this.#clock.monotonic() + remainingMs;
    this.#arm();
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
    this.#events = undefined;
  }

  #arm(): void {
    const events = this.#events;
    if (events === undefined) return;
    for (const cancel of this.#cancels) cancel();
    const left = this.remainingMs();
    const due = NOTICES.filter((minutes) => minutes * MINUTE < left);
    this.#cancels = [
      ...due.map((minutes) => this.#clock.after(left - minutes * MINUTE, () => events.notice(notice(minutes)))),
      this.#clock.after(left, events.end),
    ];
  }
}

function notice(minutes: number): Sentence {
  return {
    zh: `维护窗口还有 ${minutes} 分钟结束，到点自动关闭，请保存并退出。申请延时：ssh … sluice extend 分钟数 原因`,
    en: `the window ends in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}; save your work and leave. For more time: ssh … sluice extend MINUTES REASON`,
  };
}
