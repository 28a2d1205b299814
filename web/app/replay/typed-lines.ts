// What was typed, as lines people can read: one line per Enter or per pause, keys without a glyph shown as signs.

import type { Encoding } from '../../contract/record-requests.ts';
import type { TimelineEvent } from './timeline.ts';

export interface TypedLine {
  readonly at: number;
  readonly text: string;
  /** How many keys were pressed where the terminal drew nothing; `text` is empty then. */
  readonly hidden?: number;
}

const PAUSE_MS = 5000;
const LONGEST = 400;

const SEQUENCES: readonly (readonly [RegExp, string])[] = [
  // biome-ignore-start lint/suspicious/noControlCharactersInRegex: keys arrive as control characters
  [/^\x1b\[200~/, '⟦'],
  [/^\x1b\[201~/, '⟧'],
  [/^\x1b[[O]A/, '↑'],
  [/^\x1b[[O]B/, '↓'],
  [/^\x1b[[O]C/, '→'],
  [/^\x1b[[O]D/, '←'],
  [/^\x1b[[O]H|^\x1b\[1~/, '⇱'],
  [/^\x1b[[O]F|^\x1b\[4~/, '⇲'],
  [/^\x1b\[3~/, '⌦'],
  [/^\x1b\[5~/, '⇞'],
  [/^\x1b\[6~/, '⇟'],
  [/^\x1b\[[\d;<>?]*[@-~]/, '⎋…'],
  [/^\r\n?|^\n/, '⏎'],
  // biome-ignore-end lint/suspicious/noControlCharactersInRegex: the same
];

export function typedLines(events: readonly TimelineEvent[], encoding: Encoding = 'utf-8'): readonly TypedLine[] {
  const lines: { at: number; text: string; hidden?: number }[] = [];
  const decoder = new TextDecoder(encoding);
  let open: { at: number; text: string } | undefined;
  let last = 0;
  for (const event of events) {
    if (event.kind === 'typed') lines.push(told(event, encoding));
    if (event.kind !== 'input') continue;
    if (open !== undefined && event.at - last > PAUSE_MS) open = undefined;
    last = event.at;
    for (const key of keysOf(decoder.decode(event.bytes, { stream: true }))) {
      if (open === undefined || open.text.length >= LONGEST) {
        open = { at: event.at, text: '' };
        lines.push(open);
      }
      open.text += key;
      if (key === '⏎' || key === '⌃C' || key === '⌃D') open = undefined;
    }
  }
  return lines;
}

function told({ since, keys, text }: Extract<TimelineEvent, { kind: 'typed' }>, encoding: Encoding): TypedLine {
  if (text === null) return { at: since, text: '', hidden: keys };
  return { at: since, text: keysOf(new TextDecoder(encoding).decode(text)).join('').slice(0, LONGEST) };
}

export function keysOf(text: string): readonly string[] {
  const keys: string[] = [];
  let rest = text;
  while (rest !== '') {
    const [length, sign] = firstKey(rest);
    keys.push(sign);
    rest = rest.slice(length);
  }
  return keys;
}

function firstKey(text: string): readonly [number, string] {
  for (const [pattern, sign] of SEQUENCES) {
    const match = pattern.exec(text);
    if (match !== null) return [match[0].length, sign];
  }
  const [character = ''] = text;
  const point = character.codePointAt(0) ?? 0;
  return [character.length, signOf(point) ?? character];
}

function signOf(point: number): string | undefined {
  if (point === 0x7f || point === 0x08) return '⌫';
  if (point === 0x09) return '⇥';
  if (point === 0x1b) return '⎋';
  if (point < 0x20) return `⌃${String.fromCharCode(point + 0x40)}`;
  // C1, and the marks that would turn the line around: shown, never obeyed.
  if ((point >= 0x80 && point < 0xa0) || (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069))
    return '�';
  return undefined;
}
