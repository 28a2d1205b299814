// The commands of a terminal session, read from its screen while it is drawn again. Keystrokes do not say what a shell
// was given (history, completion, editing), so each line is anchored where its first key fell and read when the shell's
// line feed runs. Nothing is read on the alternate screen. Marks a target prints about its prompts (OSC 133, 633) count
// for nothing: whoever writes to the terminal can print them.

import type { Terminal } from '@xterm/headless';
import type { Command, Confidence } from './command.ts';
import { GivenLine, isGiven, type TypedAt } from './given-line.ts';
import { type Anchor, anchorHere, isInside, type Reading, readAfter } from './screen-lines.ts';

/** Of output after a line was taken, without a line feed. */
const MOST_WAITING = 256 * 1024;
const BRACKETED_PASTE = 2004;
const MOST_PROMPTS = 32;
const MOST_OPEN = 64;
/** Lines a command is looked up over, where its prompt is only known from others. */
const FEW_LINES = 10;
/** A key that may bring more than one line: paste, history, search, completion. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are control characters
const MANY_LINES = /\x1b\[200~|\x1b[[O][AB]|[\x09\x0e\x10\x12\x16\x18]/;

export interface CommandReaderState {
  /** How many typed lines are behind. */
  readonly next: number;
  /** Prompts beside which commands were read, and how many columns they take. */
  readonly prompts: readonly { readonly prompt: string; readonly columns: number }[];
}

export class CommandReader {
  readonly #terminal: Terminal;
  readonly #typed: readonly TypedAt[];
  readonly #commands: Command[] = [];
  readonly #prompts: Map<string, number>;
  #next: number;
  /** Begun and not taken yet, in order. */
  #open: GivenLine[] = [];
  #output = 0;
  #frame = 0;

  /** `typed`: all of the track, in order. Listens to the terminal from now on. */
  constructor(terminal: Terminal, typed: readonly TypedAt[], state: CommandReaderState = { next: 0, prompts: [] }) {
    this.#terminal = terminal;
    this.#typed = typed;
    this.#next = state.next;
    this.#prompts = new Map(state.prompts.map(({ prompt, columns }) => [prompt, columns]));
    terminal.onLineFeed(() => this.#lineFeed());
    // Shells turn bracketed paste off when they have taken a line, and on at the next prompt.
    terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, (parameters) => {
      if (parameters.includes(BRACKETED_PASTE)) this.#pasteOff();
      return false;
    });
  }

  /** No line is half read, so that another reader may go on from `state`. */
  get idle(): boolean {
    return this.#open.length === 0;
  }

  get state(): CommandReaderState {
    return { next: this.#next, prompts: [...this.#prompts].map(([prompt, columns]) => ({ prompt, columns })) };
  }

  /** The next place in the output, after `output`, where this must be told that it is reached. */
  nextStop(output: number): number | undefined {
    const begins = this.#typed[this.#next]?.line.after;
    const stops = this.#open.map(({ typed }) => typed.told);
    if (begins !== undefined) stops.push(begins);
    return stops.filter((stop) => stop > output).reduce<number | undefined>((a, b) => Math.min(a ?? b, b), undefined);
  }

  /** A frame of output begins here. */
  frame(output: number): void {
    this.#frame = output;
  }

  /** Exactly so many bytes of output are drawn. */
  reached(output: number): void {
    this.#output = output;
    for (let typed = this.#typed[this.#next]; typed !== undefined; typed = this.#typed[this.#next]) {
      if (typed.line.after > output) break;
      this.#next += 1;
      this.#begin(typed);
    }
    for (const line of [...this.#open]) if (!line.armed && line.typed.told <= output) this.#told(line);
    for (const line of [...this.#open]) if (output - line.typed.told > MOST_WAITING) this.#unread(line);
  }

  /** The session is over. */
  end(): void {
    for (const line of [...this.#open]) this.#unread(line);
  }

  /** What was read since it was asked last. */
  take(): readonly Command[] {
    return this.#commands.splice(0);
  }

  #begin(typed: TypedAt): void {
    const anchor = anchorHere(this.#terminal);
    if (anchor === undefined) return;
    // Who types at a prompt sees that what was given before is over.
    if (anchor.prompt.trim() !== '') for (const line of this.#open.filter(({ armed }) => armed)) this.#unread(line);
    if (this.#open.length >= MOST_OPEN) for (const line of this.#open.slice(0, 1)) this.#unread(line);
    const line = new GivenLine(typed, anchor);
    if (typed.line.text === null) {
      if (typed.line.keys > 1) this.#commands.push(line.command(null, 'hidden', typed.told));
      anchor.marker?.dispose();
    } else if (isGiven(typed)) this.#open.push(line);
    else anchor.marker?.dispose();
  }

  /** A line feed ran; the line it left is the one above the cursor. */
  #lineFeed(): void {
    const [line] = this.#open;
    if (line === undefined || isInside(this.#terminal)) return;
    if (line.anchor.prompt.trim() === '') {
      this.#lookElsewhere(line);
      return;
    }
    const reading = readAfter(this.#terminal, line.anchor, 1);
    if (reading === undefined) return;
    if (line.agrees(reading)) this.#taken(line, reading);
    else if (!line.armed) line.note(reading, this.#frame);
    // A shell goes up and down in a long command before it leaves it, and says when it has.
    else if (this.#terminal.modes.bracketedPasteMode) line.last = reading;
    else this.#taken(line, reading);
  }

  #pasteOff(): void {
    const [line] = this.#open;
    if (line === undefined) return;
    if (line.armed && line.last !== undefined) this.#taken(line, line.last);
    else if (!line.armed) line.last = line.readings.at(-1)?.reading;
  }

  /** Typed before there was a prompt: the shell draws it again beside one. */
  #lookElsewhere(line: GivenLine): void {
    for (const [prompt, column] of this.#prompts) {
      const reading = readAfter(this.#terminal, { marker: undefined, column, prompt }, 1, FEW_LINES);
      if (reading === undefined || !line.agrees(reading)) continue;
      this.#close(line);
      this.#commands.push(line.command(line.plain ?? reading.text, 'high', this.#output, prompt));
      return;
    }
  }

  /** It is known that the line was taken: its line feed is the next one, or was in the output just drawn. */
  #told(line: GivenLine): void {
    line.armed = true;
    if (line !== this.#open[0] || line.plain !== undefined) return;
    if (line.last !== undefined) {
      this.#taken(line, line.last);
      return;
    }
    // It would have been turned off: the line is still there.
    if (this.#terminal.modes.bracketedPasteMode) return;
    const now = readAfter(this.#terminal, line.anchor, 0);
    if (now !== undefined && now.text !== '' && !now.text.includes('\n')) return;
    const read = line.readings.find(({ reading, output }) => output >= this.#frame && reading.text !== '');
    if (read !== undefined) this.#taken(line, read.reading);
  }

  #taken(line: GivenLine, reading: Reading): void {
    this.#close(line);
    const { plain, anchor, typed } = line;
    if (reading.text === '' && plain === undefined) return;
    const agrees = line.agrees(reading);
    const strange = reading.text.includes('\n') && !MANY_LINES.test(typed.line.text?.toString('latin1') ?? '');
    const sure = agrees || (plain === undefined && !strange);
    if (sure && reading.anchored) this.#know(anchor);
    // Keys that are characters and nothing else say themselves what was given.
    this.#commands.push(line.command(plain ?? reading.text, confidenceOf(sure, reading.anchored), this.#output));
  }

  /** Never read: what was typed is all there is to say, where that is a line at all. */
  #unread(line: GivenLine): void {
    if (line.last !== undefined) {
      this.#taken(line, line.last);
      return;
    }
    this.#close(line);
    if (line.plain === undefined || line.plain === '') return;
    const confidence = this.#prompts.has(line.anchor.prompt) ? 'high' : 'low';
    this.#commands.push(line.command(line.plain, confidence, this.#output));
  }

  #close(line: GivenLine): void {
    line.anchor.marker?.dispose();
    this.#open = this.#open.filter((other) => other !== line);
  }

  #know({ prompt, column }: Anchor): void {
    this.#prompts.delete(prompt);
    this.#prompts.set(prompt, column);
    for (const oldest of this.#prompts.keys()) {
      if (this.#prompts.size <= MOST_PROMPTS) break;
      this.#prompts.delete(oldest);
    }
  }
}

function confidenceOf(sure: boolean, anchored: boolean): Confidence {
  if (!sure) return 'low';
  return anchored ? 'exact' : 'high';
}
