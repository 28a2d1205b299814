// Time left, ticking. Not announced every second: a screen reader asks for it when it wants it.

import { useNow } from './centre-clock.tsx';
import { ticking } from './spans.ts';

export function Countdown({ to, className }: { readonly to: number; readonly className?: string }) {
  const now = useNow();
  return (
    <span className={className} role="timer" aria-live="off">
      {ticking(to - now)}
    </span>
  );
}
