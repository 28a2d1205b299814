// The menu of a person whose user name leaves a choice: what they type, and what it chooses. Plain: a number or the
// beginning of a name, no arrow keys. Everything here is attacker-controlled.

import type { Sentence } from '../../../store/core/refusal.ts';
import { type Language, linesOf } from './language.ts';

export interface Choice {
  readonly login: string;
  readonly target: string;
}

export type Typed =
  /** Still typing; the line so far. */
  | { readonly kind: 'typing'; readonly text: string }
  /** Enter; `rest` came after it and is the target's. */
  | { readonly kind: 'line'; readonly text: string; readonly rest: Buffer }
  /** Ctrl-C or Ctrl-D. */
  | { readonly kind: 'leave' };

export const CHOOSE: Sentence = { zh: '请选择要打开的通道。', en: 'choose the channel to open.' };
const OF_SLUICE: Sentence = {
  zh: '查看剩余时间或申请延时：ssh … sluice help',
  en: 'time left, or more of it: ssh … sluice help',
};
export const NO_SUCH: Sentence = { zh: '没有这一项，请重新输入。', en: 'there is no such choice; try again.' };
export const MORE_THAN_ONE: Sentence = {
  zh: '不止一项符合，请多输入几个字，或输入编号。',
  en: 'more than one fits; type more of the name, or its number.',
};
export const NOT_CHOSEN: Sentence = {
  zh: '没有选择，连接已关闭。',
  en: 'nothing was chosen and the connection is closed.',
};

/** Bytes of a line; what goes beyond is dropped. */
const LONGEST_LINE = 256;
const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACE = 0x08;
const NEWLINE = 0x0a;
const ENTER = 0x0d;
const CTRL_U = 0x15;
const ESCAPE = 0x1b;
const DELETE = 0x7f;

/** A line as it is typed on a raw terminal: bytes in, the line so far out. */
export class TypedLine {
  #bytes: number[] = [];
  /** Inside a sequence of a key such as an arrow: `escape` right after ESC, `sequence` up to its final byte. */
  #within: 'nothing' | 'escape' | 'sequence' = 'nothing';

  feed(bytes: Buffer): Typed {
    for (const [index, byte] of bytes.entries()) {
      if (byte === CTRL_C || byte === CTRL_D) return { kind: 'leave' };
      if (this.#skips(byte)) continue;
      if (byte === ENTER || byte === NEWLINE) {
        const text = this.#text();
        this.#bytes = [];
        return { kind: 'line', text, rest: bytes.subarray(index + 1) };
      }
      this.#take(byte);
    }
    return { kind: 'typing', text: this.#text() };
  }

  #skips(byte: number): boolean {
    if (this.#within === 'escape') {
      // ESC [ … and ESC O x; anything else is ESC and one byte.
      this.#within = byte === 0x5b || byte === 0x4f ? 'sequence' : 'nothing';
      return true;
    }
    if (this.#within === 'sequence') {
      if (byte >= 0x40 && byte <= 0x7e) this.#within = 'nothing';
      return true;
    }
    if (byte !== ESCAPE) return false;
    this.#within = 'escape';
    return true;
  }

  #take(byte: number): void {
    if (byte === CTRL_U) this.#bytes = [];
    else if (byte === BACKSPACE || byte === DELETE) this.#erase();
    else if (byte >= 0x20 && this.#bytes.length < LONGEST_LINE) this.#bytes.push(byte);
  }

  /** One character: in UTF-8 its first byte is the only one that does not begin with the bits 10. */
  #erase(): void {
    let byte = this.#bytes.pop();
    while (byte !== undefined && (byte & 0xc0) === 0x80) byte = this.#bytes.pop();
  }

  #text(): string {
    return Buffer.from(this.#bytes)
      .toString('utf8')
      .replace(/[\p{Cc}\p{Cf}]/gu, '');
  }
}

/** By number, by the whole name, or by the beginning of one name alone. */
export function chosen(choices: readonly Choice[], typed: string): Choice | 'none' | 'many' {
  const text = typed.normalize('NFC').trim();
  const number = /^\d{1,4}$/.test(text) ? choices[Number(text) - 1] : undefined;
  if (number !== undefined) return number;
  if (text === '') return 'none';
  const named = choices.filter((choice) => namesOf(choice).includes(fold(text)));
  const begun = choices.filter((choice) => namesOf(choice).some((name) => name.startsWith(fold(text))));
  const [first, second] = named.length === 1 ? named : begun;
  if (first === undefined) return 'none';
  return second === undefined ? first : 'many';
}

/** The menu as lines, without line ends. */
export function menuLines(choices: readonly Choice[], language: Language): string[] {
  const digits = String(choices.length).length;
  const widest = Math.max(...choices.map(({ login }) => login.length));
  return [
    ...linesOf(CHOOSE, language),
    ...choices.map(({ login, target }, index) => {
      const number = String(index + 1).padStart(digits);
      return `  ${number}  ${login.padEnd(widest)}  ${target}`;
    }),
    ...linesOf(OF_SLUICE, language),
  ];
}

export function promptOf(language: Language): string {
  const words = { zh: '编号或名称', en: 'number or name', both: '编号或名称 number or name' };
  return `${words[language]}: `;
}

function namesOf({ login, target }: Choice): readonly string[] {
  return [fold(target), fold(`${login}+${target}`)];
}

function fold(text: string): string {
  return text.toLowerCase();
}
