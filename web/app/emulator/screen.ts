// The emulator, set up alike for the live terminal and for replay: the terminal palette of the tokens in both themes,
// every byte through the filter, links shown but never followed.

import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { EscapeFilter } from '../../contract/escape-filter.ts';

export { EscapeFilter, FitAddon, Terminal };

interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** A command without a terminal ends its lines with a line feed alone. */
  readonly bareLineFeeds?: boolean;
  readonly readOnly?: boolean;
}

export function newTerminal(options: ScreenOptions = {}): Terminal {
  const style = getComputedStyle(document.documentElement);
  return new Terminal({
    cols: options.columns ?? 80,
    rows: options.rows ?? 24,
    convertEol: options.bareLineFeeds ?? false,
    disableStdin: options.readOnly ?? false,
    cursorBlink: false,
    fontFamily: style.getPropertyValue('--font-mono'),
    fontSize: 14,
    lineHeight: 1.2,
    scrollback: options.readOnly === true ? 2000 : 5000,
    theme: palette(style),
    // Attacker-controlled addresses: clicking does nothing.
    linkHandler: { activate: () => undefined },
  });
}

function palette(style: CSSStyleDeclaration): ITheme {
  const of = (name: string) => style.getPropertyValue(`--term-${name}`).trim();
  const eight = {
    red: of('red'),
    green: of('green'),
    yellow: of('yellow'),
    blue: of('blue'),
    magenta: of('magenta'),
    cyan: of('cyan'),
  };
  return {
    background: of('bg'),
    foreground: of('fg'),
    cursor: of('cursor'),
    cursorAccent: of('bg'),
    selectionBackground: of('select'),
    black: of('bar'),
    white: of('fg'),
    brightBlack: of('dim'),
    brightWhite: of('white'),
    ...eight,
    brightRed: eight.red,
    brightGreen: eight.green,
    brightYellow: eight.yellow,
    brightBlue: eight.blue,
    brightMagenta: eight.magenta,
    brightCyan: eight.cyan,
  };
}
