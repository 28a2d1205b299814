// One line that was typed, from its first key to the line feed that took it: what it is read to be, and how sure that is.

import { isUtf8 } from 'node:buffer';
import type { TypedLine } from '../format/payload.ts';
import type { Command, Confidence } from './command.ts';
import type { Anchor, Reading } from './screen-lines.ts';

/** A typed line, and where its frame stands on the track. */
export interface TypedAt {
  readonly line: TypedLine;
  /** Bytes of output in frames before it: when it was known. */
  readonly told: number;
}

const MOST_READINGS = 64;
/** Enter; anything else that ends a line gives it up: ^C, ^D, ^Z, ^\. */
const TAKEN = /[\r\n]$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are control characters
const PLAIN = /^[^\x00-\x1f\x7f]*$/;

export class GivenLine {
  readonly typed: TypedAt;
  readonly anchor: Anchor;
  /** What was typed, where that alone says what the line was: no key but characters. */
  readonly plain: string | undefined;
  /** It was known to be taken, and the next line feed is the shell's. */
  armed = false;
  /** Read at line feeds that may have been the shell's, by the bytes of output before them. */
  readonly readings: { readonly reading: Reading; readonly output: number }[] = [];
  /** Read at the last line feed, while the shell may still be on its way out of the line. */
  last: Reading | undefined;

  constructor(typed: TypedAt, anchor: Anchor) {
    this.typed = typed;
    this.anchor = anchor;
    const text = textOf(typed.line).replace(/[\r\n]+$/, '');
    this.plain = PLAIN.test(text) ? text.trimEnd() : undefined;
  }

  note(reading: Reading, output: number): void {
    if (this.readings.length < MOST_READINGS) this.readings.push({ reading, output });
  }

  /** Whether a reading is what was typed. A prompt at the right end of the line may follow. */
  agrees({ text }: Reading): boolean {
    const { plain } = this;
    return plain !== undefined && (text === plain || (text.startsWith(`${plain}  `) && plain !== ''));
  }

  command(text: string | null, confidence: Confidence, to: number, prompt = this.anchor.prompt): Command {
    const { from, after, keys } = this.typed.line;
    return { at: from / 1000, output: { from: after, to }, prompt, text, keys, confidence };
  }
}

/** Somebody pressed Enter, and there is something to be read. */
export function isGiven({ line }: TypedAt): boolean {
  const text = textOf(line);
  return TAKEN.test(text) && text.trim() !== '';
}

function textOf({ text }: TypedLine): string {
  if (text === null) return '';
  return isUtf8(text) ? text.toString('utf8') : new TextDecoder('gb18030').decode(text);
}
