// The emulator of a live view. It only ever receives: nothing is connected to what it would answer or what is typed into
// it. Its size is the engineer's; the letters shrink until that fits.

import { EscapeFilter, newTerminal } from '../emulator/screen.ts';

export interface WatchScreen {
  write(bytes: Uint8Array): void;
  resize(columns: number, rows: number): void;
  dispose(): void;
}

const LARGEST = 14;
const SMALLEST = 8;
/** Width of a letter for its size, and what the scroll bar takes. */
const LETTER = 0.605;
const BAR = 16;

export function mountWatchScreen(place: HTMLElement, bareLineFeeds: boolean): WatchScreen {
  const terminal = newTerminal({ bareLineFeeds, readOnly: true });
  const filter = new EscapeFilter();
  terminal.open(place);
  const fitted = () => {
    const size = Math.floor(((place.clientWidth - BAR) / (terminal.cols * LETTER)) * 2) / 2;
    terminal.options.fontSize = Math.min(LARGEST, Math.max(SMALLEST, size));
  };
  fitted();
  const watcher = new ResizeObserver(fitted);
  watcher.observe(place);
  return {
    write: (bytes) => terminal.write(filter.push(bytes)),
    // Through the queue: what came before has to be drawn in the size it was meant for.
    resize: (columns, rows) =>
      terminal.write('', () => {
        terminal.resize(columns, rows);
        fitted();
      }),
    dispose: () => {
      watcher.disconnect();
      terminal.dispose();
    },
  };
}
