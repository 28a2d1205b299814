// One terminal nobody looks at and nobody hears: bytes of a target go in through the filter, its answers go nowhere.
// To be run in a worker under a watchdog, for what a target writes may keep it busy.

import headless, { type Terminal } from '@xterm/headless';
import { EscapeFilter } from './escape-filter.ts';
import { type CharsetNames, paint } from './paint.ts';
import { screenDifference } from './screen-difference.ts';
import { coreState, holdSavedCursors } from './xterm-core.ts';

export interface EmulatorSize {
  readonly columns: number;
  readonly rows: number;
}

/** A screen at one moment, for a new terminal of that size. */
export interface Snapshot extends EmulatorSize {
  readonly paint: Buffer;
  /** Bytes to write after it, of what had not come whole by then. They draw nothing. */
  readonly held: Buffer;
  /** A terminal this was given to was compared and found the same. */
  readonly exact: boolean;
}

/** Lines above the screen that are kept: enough to fill it when it grows. */
export const SCROLLBACK = 200;
const RED = '\x1b[31m';
const DEFAULT_COLOUR = '\x1b[39m';
/** Designators of the character sets there are. */
const DESIGNATORS = '0A4CRQKYEZH=';

export class Emulator {
  readonly terminal: Terminal;
  readonly #bareLineFeeds: boolean;
  #filter: EscapeFilter;
  /** What a snapshot is tried on. */
  #mirror: Terminal | undefined;
  #charsets: CharsetNames | undefined;

  /** `bareLineFeeds`: a command without a terminal ends its lines with a line feed alone. */
  constructor({ columns, rows }: EmulatorSize, bareLineFeeds: boolean) {
    this.#bareLineFeeds = bareLineFeeds;
    this.terminal = newTerminal({ columns, rows }, bareLineFeeds);
    this.#filter = new EscapeFilter({ columns, rows });
  }

  /** Resolves when it is drawn. */
  output(bytes: Uint8Array): Promise<void> {
    const text = this.#filter.push(bytes);
    return text === '' ? Promise.resolve() : written(this.terminal, text);
  }

  errorOutput(bytes: Uint8Array): Promise<void> {
    return written(this.terminal, RED + this.#filter.push(bytes) + DEFAULT_COLOUR);
  }

  /** After everything written before it. */
  async resize({ columns, rows }: EmulatorSize): Promise<void> {
    await written(this.terminal, '');
    holdSavedCursors(this.terminal);
    this.terminal.resize(columns, rows);
    this.#filter.resize(columns, rows);
  }

  /** Bytes to bring another filter to where this one's is. */
  get held(): Buffer {
    return Buffer.from(this.#filter.held);
  }

  async snapshot(): Promise<Snapshot> {
    await written(this.terminal, '');
    this.#charsets ??= await charsetNames();
    const state = coreState(this.terminal);
    const text = paint(state, this.#charsets);
    const { cols: columns, rows } = this.terminal;
    this.#mirror ??= newTerminal({ columns, rows }, this.#bareLineFeeds);
    this.#mirror.reset();
    this.#mirror.resize(columns, rows);
    await written(this.#mirror, text);
    const exact = screenDifference(state, coreState(this.#mirror)) === undefined;
    return { columns, rows, paint: Buffer.from(text, 'utf8'), held: this.held, exact };
  }

  /** A new one that stands where the snapshot was taken. */
  static async restored({ columns, rows, paint, held }: Snapshot, bareLineFeeds: boolean): Promise<Emulator> {
    const emulator = new Emulator({ columns, rows }, bareLineFeeds);
    await written(emulator.terminal, paint.toString('utf8'));
    emulator.#filter.push(held);
    return emulator;
  }

  dispose(): void {
    this.terminal.dispose();
    this.#mirror?.dispose();
  }
}

function newTerminal({ columns, rows }: EmulatorSize, convertEol: boolean): Terminal {
  return new headless.Terminal({
    cols: columns,
    rows,
    scrollback: SCROLLBACK,
    convertEol,
    allowProposedApi: true,
    logLevel: 'off',
  });
}

function written(terminal: Terminal, text: string): Promise<void> {
  return new Promise((resolve) => terminal.write(text, resolve));
}

async function charsetNames(): Promise<CharsetNames> {
  const names = new Map<object | undefined, string>();
  const terminal = newTerminal({ columns: 2, rows: 2 }, false);
  for (const designator of DESIGNATORS) {
    await written(terminal, `\x1b(${designator}`);
    const { current } = coreState(terminal).charsets;
    if (current !== undefined && !names.has(current)) names.set(current, designator);
  }
  terminal.dispose();
  return names;
}
