// Counts down one session's window on the monotonic clock: notices at 15, 5 and 1 minutes, then the end. Setting the
// machine's clock back or forward changes nothing.

import type { Cancel, Clock } from '../../../store/core/clock.ts';
import type { Sentence } from '../../../store/core/refusal.ts';

const MINUTE = 60_000;
const NOTICES = [15, 5, 1];

export function watchWindow(
  clock: Clock,
  remainingMs: number,
  on: { readonly notice: (text: Sentence) => void; readonly end: () => void },
): Cancel {
  const cancels = NOTICES.filter((minutes) => minutes * MINUTE < remainingMs).map((minutes) =>
    clock.after(remainingMs - minutes * MINUTE, () => on.notice(notice(minutes))),
  );
  cancels.push(clock.after(remainingMs, on.end));
  return () => {
    for (const cancel of cancels) cancel();
  };
}

function notice(minutes: number): Sentence {
  return {
    zh: `维护窗口还有 ${minutes} 分钟结束，到点自动关闭，请保存并退出。`,
    en: `the window ends in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}; save your work and leave.`,
  };
}
