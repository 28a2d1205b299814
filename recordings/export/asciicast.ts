// asciicast v2 (what asciinema 2.x reads) and v3, one line of JSON for the head and one for each event. Remarks are
// markers. Neither has a place for error output, which a terminal does not tell from output either. v2 has no place
// for an exit status, and its readers stop at a comment.

import { shownLine } from '../../store/core/shown-text.ts';
import type { TerminalSize } from '../format/header.ts';
import type { Told } from './told.ts';

export interface CastHead {
  readonly terminal: TerminalSize | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly title: string;
  readonly command: string | null;
}

type Language = 'zh' | 'en';
/** What a program without a terminal prints is shown in one of this size. */
const NO_TERMINAL: TerminalSize = { columns: 80, rows: 24 };

export async function* asciicast2(
  told: AsyncIterable<Told>,
  head: CastHead,
  language: Language,
): AsyncGenerator<string> {
  const { columns: width, rows: height } = head.terminal ?? NO_TERMINAL;
  yield line({ version: 2, width, height, ...aboutOf(head) });
  for await (const event of told) {
    const said = codeAndData(event, head, language);
    if (said !== undefined && said[0] !== 'x') yield line([seconds(microseconds(event.at)), ...said]);
  }
}

export async function* asciicast3(
  told: AsyncIterable<Told>,
  head: CastHead,
  language: Language,
): AsyncGenerator<string> {
  const { columns: cols, rows } = head.terminal ?? NO_TERMINAL;
  yield line({ version: 3, term: { cols, rows }, ...aboutOf(head) });
  let before = 0;
  for await (const event of told) {
    const said = codeAndData(event, head, language);
    if (said === undefined) continue;
    // Between rounded times, so that the roundings of a long session do not add up.
    const now = microseconds(event.at);
    yield line([seconds(now - before), ...said]);
    before = now;
  }
}

function aboutOf({ startedAt, title, command }: CastHead): object {
  return {
    timestamp: Math.floor(startedAt / 1000),
    ...(command !== null && { command: command.toWellFormed() }),
    title: shownLine(title),
  };
}

function codeAndData(event: Told, { terminal }: CastHead, language: Language): readonly [string, string] | undefined {
  switch (event.kind) {
    case 'output':
      return ['o', terminal === null ? withReturns(event.text) : event.text];
    case 'input':
      return ['i', event.text];
    case 'resize':
      return ['r', `${event.columns}x${event.rows}`];
    case 'remark':
      return ['m', shownLine(event.sentence[language])];
    case 'exit':
      return ['x', String(event.status)];
  }
}

/** A terminal starts each line where the one before ended, unless it is told to return. */
function withReturns(text: string): string {
  return text.replaceAll(/\r?\n/g, '\r\n');
}

function microseconds(at: number): number {
  return Math.round(at * 1000);
}

function seconds(microseconds: number): number {
  return microseconds / 1_000_000;
}

/** U+2028 and U+2029 end a line for some readers, though not for JSON. */
function line(value: object): string {
  return `${JSON.stringify(value).replaceAll(/[\u2028\u2029\u007f-\u009f]/g, escaped)}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
