// Cuts what was printed into documents: small enough to be opened by the dozen, overlapping so that nothing is lost at
// the cut, each with marks that lead from a place in the text to a moment of the recording. Hostile output is bounded
// here: text without end, text that is none, the same over and over.

import { hash } from 'node:crypto';
import type { Confidence } from '../commands/command.ts';
import { folded, normalText } from './normal-text.ts';
import { addTokens } from './tokens.ts';

export interface Moment {
  /** Milliseconds since the recording began. */
  readonly at: number;
  /** Bytes of output on the screen track before it. */
  readonly offset: number;
}

export interface SearchDocument {
  readonly text: string;
  /** Where in `text`, and what moment that was; in order. */
  readonly marks: readonly (readonly [index: number, at: number, offset: number])[];
  readonly tokens: ReadonlySet<string>;
  /** Each line is a command, each mark one's beginning, and this how sure it is; absent where it is what was printed. */
  readonly commands?: readonly Confidence[];
}

const LENGTH = 8192;
const OVERLAP = 256;
/** A document with more is cut earlier: noise has as many tokens as characters. */
const MOST_TOKENS = 4096;
const MARK_EVERY = 128;
/** Of one session. */
export const MOST_DOCUMENTS = 1024;
/** More of it than this part is no text. */
const MOST_NOISE = 0.3;

export class DocumentCutter {
  #text = '';
  #fresh = 0;
  #noise = 0;
  #marks: [number, number, number][] = [];
  readonly #seen = new Set<string>();
  #taken = 0;
  #full = false;

  /** What was printed and could not be taken any more. */
  get full(): boolean {
    return this.#full;
  }

  /** The documents that became whole. */
  *push(printed: string, { at, offset }: Moment): Generator<SearchDocument> {
    // In pieces, so that one long line is cut like many short ones.
    for (let from = 0; from < printed.length; from += MARK_EVERY * 8) {
      const piece = printed.slice(from, from + MARK_EVERY * 8);
      this.#noise += piece.split('\ufffd').length - 1;
      this.#add(normalText(piece), at, offset);
      if (this.#text.length >= LENGTH) yield* this.#cut(OVERLAP);
    }
  }

  *end(): Generator<SearchDocument> {
    yield* this.#cut(0);
  }

  #add(piece: string, at: number, offset: number): void {
    const last = this.#marks.at(-1);
    const index = this.#text.length;
    if (last === undefined || index - last[0] >= MARK_EVERY || at - last[1] > 1000) {
      if (piece !== '') this.#marks.push([index, Math.round(at), offset]);
    }
    this.#text += piece;
    this.#fresh += piece.length;
  }

  *#cut(overlap: number): Generator<SearchDocument> {
    const [text, marks, noise, fresh] = [this.#text, this.#marks, this.#noise, this.#fresh];
    const keep = Math.max(0, text.length - overlap);
    this.#text = text.slice(keep);
    const before = marks.filter(([index]) => index <= keep).at(-1);
    this.#marks = overlap === 0 || before === undefined ? [] : [[0, before[1], before[2]]];
    this.#noise = 0;
    this.#fresh = 0;
    if (fresh === 0 || text.trim() === '' || noise > MOST_NOISE * fresh) return;
    yield* this.#documents(text, marks);
  }

  *#documents(text: string, marks: SearchDocument['marks']): Generator<SearchDocument> {
    const name = hash('sha256', text, 'base64');
    if (this.#seen.has(name)) return;
    if (this.#taken >= MOST_DOCUMENTS) {
      this.#full = true;
      return;
    }
    const tokens = new Set<string>();
    addTokens(folded(text), tokens);
    if (tokens.size > MOST_TOKENS && text.length > OVERLAP * 4) {
      const half = text.length >> 1;
      yield* this.#documents(
        text.slice(0, half + OVERLAP),
        marks.filter(([index]) => index < half + OVERLAP),
      );
      yield* this.#documents(text.slice(half), shifted(marks, half));
      return;
    }
    this.#seen.add(name);
    this.#taken += 1;
    yield { text, marks, tokens };
  }
}

function shifted(marks: SearchDocument['marks'], by: number): SearchDocument['marks'] {
  const before = marks.filter(([index]) => index <= by).at(-1);
  const after = marks.filter(([index]) => index > by).map(([index, at, offset]) => [index - by, at, offset] as const);
  return before === undefined ? after : [[0, before[1], before[2]], ...after];
}
