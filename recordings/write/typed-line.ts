// Keys up to the end of a line, and whether the terminal drew them. Drawn means: each character in its order, with
// little else in between. Whoever types at a hidden prompt while something else prints must not be given away by
// letters that happen to come by.

import type { TypedLine } from '../format/payload.ts';
import { GrowingBytes } from './growing-bytes.ts';
import type { Key } from './typed-keys.ts';

const SPACE = 0x20;
/** Beyond this a line is judged as it stands: as JSON, six characters a byte at worst, it has to fit into a frame. */
const MOST_BYTES = 8 * 1024;

export class Line {
  readonly #from: number;
  readonly #after: number;
  /** The words before it ask for a secret. */
  readonly #strict: boolean;
  /** As they came over the wire. */
  readonly #bytes = new GrowingBytes();
  #keys = 0;
  #edited = false;
  /** Line ends inside what was pasted: the shell draws them without taking the line. */
  #breaks = 0;
  #ended = false;
  /** Bytes that have to be drawn, and how many of them were. */
  readonly #expected = new GrowingBytes();
  #drawn = 0;
  /** What else was drawn while they were awaited. */
  #others = 0;
  /** Typed ahead of what comes before it: drawn in one piece some time later, or not at all. */
  #ahead: boolean;

  constructor(start: {
    readonly from: number;
    readonly after: number;
    readonly strict: boolean;
    readonly ahead: boolean;
  }) {
    this.#from = start.from;
    this.#after = start.after;
    this.#strict = start.strict;
    this.#ahead = start.ahead;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Nothing of it is waited for. */
  get allDrawn(): boolean {
    return this.#drawn === this.#expected.size;
  }

  /** How many bytes it still takes, 0 once it has ended. */
  get room(): number {
    return this.#ended ? 0 : MOST_BYTES - this.#bytes.size;
  }

  /** `bytes` are copied. */
  key({ kind, bytes }: Key): void {
    this.#bytes.push(bytes);
    this.#keys += kind === 'text' ? characters(bytes) : 1;
    if (kind === 'text') this.#expected.push(bytes);
    if (kind === 'edit') this.#edited = true;
    if (kind === 'edit' && (bytes[0] === 0x0a || bytes[0] === 0x0d)) this.#breaks += 1;
    this.#ended ||= kind === 'end' || this.#bytes.size >= MOST_BYTES;
  }

  /** One byte that the terminal drew. */
  draw(byte: number): void {
    if (this.allDrawn) return;
    if (byte === this.#expected.at(this.#drawn)) this.#drawn += 1;
    else if (this.#ahead) this.#drawn = byte === this.#expected.at(0) ? 1 : 0;
    else if (byte !== SPACE) this.#others += 1;
  }

  /** A line feed was drawn: whether that decides it. A secret is decided as a whole, whatever prints meanwhile. */
  decidedByLineFeed(): boolean {
    if (this.#breaks > 0) {
      this.#breaks -= 1;
      return false;
    }
    return !this.allDrawn && !this.#ahead && (this.#ended || !this.#strict);
  }

  /** What came before it is through: from here on it is a line like others. */
  catchUp(): void {
    this.#ahead = false;
  }

  /** What it is now known to be. */
  judged(): TypedLine {
    const text = this.#isShown() ? this.#bytes.all() : null;
    return { from: this.#from, after: this.#after, keys: this.#keys, text };
  }

  #isShown(): boolean {
    return this.allDrawn && this.#others <= this.#mostOthers();
  }

  /** Editing keys make a shell draw a line again; nothing else has a reason to. */
  #mostOthers(): number {
    const { size: length } = this.#expected;
    if (this.#strict) return 2;
    return this.#edited ? 64 + 4 * length : Math.max(8, 2 * length);
  }
}

/** The second and later bytes of a character in UTF-8 are no keys. */
function characters(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) count += 1;
  return count;
}
