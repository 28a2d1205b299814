// Resizes and signals: passed on and recorded, one after the other. A client may send millions of them; only the latest
// size counts, and signals beyond a few that wait are dropped, so that none of it piles up.

import type { OpenRecording } from '../../../recordings/write/open-recording.ts';
import type { ClientSide, TargetSide, TerminalSize } from './sides.ts';
import type { Valve } from './valve.ts';

const MOST_SIGNALS = 16;

export function passControls(
  client: ClientSide,
  recording: Pick<OpenRecording, 'resize' | 'marker'>,
  target: Pick<TargetSide, 'resize' | 'signal'>,
  { valve, signal: ended }: { readonly valve: Valve; readonly signal: AbortSignal },
): void {
  let size: TerminalSize | undefined;
  let resizing = false;
  const resize = async (): Promise<void> => {
    resizing = true;
    for (let next = size; next !== undefined; next = size) {
      // Of what comes while nothing passes the last size counts.
      if (!valve.passing) {
        await valve.opened(ended);
        next = size ?? next;
      }
      size = undefined;
      // Passed on first: what is typed after a change of size must not overtake it on the way to the target. It carries
      // nothing that could be kept from the recording, and a recording that fails ends the session all the same.
      target.resize(next);
      await recording.resize(next.columns, next.rows);
    }
    resizing = false;
  };
  client.onResize((latest) => {
    size = latest;
    // A recording that failed ends the session by itself, and nothing is passed on any more.
    if (!resizing) resize().catch(() => undefined);
  });
  let signals = 0;
  client.onSignal((name) => {
    if (signals >= MOST_SIGNALS) return;
    signals += 1;
    recording
      .marker('signal', { name })
      .then(() => valve.opened(ended))
      .then(
        () => {
          signals -= 1;
          target.signal(name);
        },
        () => undefined,
      );
  });
}
