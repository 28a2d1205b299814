// Which keys the terminal drew: reads what is typed and what the target answers side by side, and says of each line,
// once it is known, what was typed or only how many keys. Where there is doubt a line is hidden: the keys track has all.
//
// A line is known when it has ended and was drawn; when a line feed comes and it was not; when somebody goes on typing
// after output that did not draw it; when the other screen comes or goes; when too much else was printed; at the end.

import type { TypedLine } from '../format/payload.ts';
import { DrawnText } from './drawn-text.ts';
import { asksForSecret } from './secret-prompt.ts';
import { type Key, TypedKeys } from './typed-keys.ts';
import { Line } from './typed-line.ts';

/** Of output, after the last key: what was not drawn by then never will be. */
const MOST_OUTPUT = 64 * 1024;
/** Lines typed ahead. */
const MOST_LINES = 64;
/** Of the line before the cursor. */
const PROMPT_BYTES = 256;

export class TypedLines {
  readonly #tell: (line: TypedLine) => void;
  readonly #keys = new TypedKeys();
  #drawn = new DrawnText();
  /** Not known yet, in the order they were typed. */
  #lines: Line[] = [];
  #output = 0;
  #tail = Buffer.alloc(0);
  /** Bytes of output since the last key. */
  #sinceKey = 0;
  /** A secret was asked for, and no line has ended since. */
  #secret = false;

  constructor(tell: (line: TypedLine) => void) {
    this.#tell = tell;
  }

  /** `at`: microseconds since the recording began. */
  typed(bytes: Buffer, at: number): void {
    for (const key of this.#keys.push(bytes)) this.#key(key, at);
    this.#tellKnown();
  }

  /** What the target wrote, as on the wire. */
  drawn(bytes: Buffer): void {
    this.#output += bytes.length;
    this.#sinceKey += bytes.length;
    if (this.#lines.length > 0) this.#look(bytes);
    this.#tail = Buffer.from(
      bytes.length >= PROMPT_BYTES
        ? bytes.subarray(bytes.length - PROMPT_BYTES)
        : Buffer.concat([this.#tail, bytes]).subarray(-PROMPT_BYTES),
    );
  }

  /** Nothing more will come: tells what is left. */
  end(): void {
    while (this.#lines.length > 0) this.#tellFirst();
  }

  #key(key: Key, at: number): void {
    // Somebody saw output and typed on: what was not drawn by then was not meant to be seen.
    if (this.#sinceKey > 0) {
      while (this.#lines[0]?.ended) this.#tellFirst();
      this.#lines[0]?.catchUp();
      this.#sinceKey = 0;
    }
    // What a line has no room for begins another.
    for (let bytes = key.bytes; bytes.length > 0; ) {
      const line = this.#lastLine(at);
      const part = bytes.subarray(0, Math.max(1, line.room));
      line.key({ kind: key.kind, bytes: part });
      bytes = bytes.subarray(part.length);
    }
    if (key.kind === 'end') this.#secret = false;
  }

  /** The one that is being typed. */
  #lastLine(at: number): Line {
    const last = this.#lines.at(-1);
    if (last !== undefined && !last.ended) return last;
    this.#secret ||= asksForSecret(this.#tail);
    const line = new Line({ from: at, after: this.#output, strict: this.#secret, ahead: last !== undefined });
    this.#lines.push(line);
    if (this.#lines.length > MOST_LINES) this.#tellFirst();
    return line;
  }

  #look(bytes: Buffer): void {
    for (const byte of bytes) {
      const drawn = this.#drawn.next(byte);
      if (drawn === undefined) continue;
      if (typeof drawn === 'number') this.#lines[0]?.draw(drawn);
      else this.#interrupt(drawn);
      this.#tellKnown();
      if (this.#lines.length === 0) break;
    }
    if (this.#sinceKey > MOST_OUTPUT) this.end();
    if (this.#lines.length === 0) this.#drawn = new DrawnText();
  }

  #interrupt(what: 'line-feed' | 'other-screen'): void {
    const first = this.#lines[0];
    if (first === undefined) return;
    if (what === 'other-screen' || first.decidedByLineFeed()) this.#tellFirst();
  }

  #tellKnown(): void {
    for (let first = this.#lines[0]; first?.ended && first.allDrawn; first = this.#lines[0]) this.#tellFirst();
  }

  #tellFirst(): void {
    const first = this.#lines.shift();
    if (first !== undefined) this.#tell(first.judged());
  }
}
