// The commands of a session as documents of their own: one line for each command, with a mark that says what it is and
// when it was given. A command is found as a whole, so that words of two commands are no find.

import type { Command, Confidence } from '../commands/command.ts';
import type { SearchDocument } from './document.ts';
import { folded, normalText } from './normal-text.ts';
import { addTokens } from './tokens.ts';

/** A command as it is looked for. */
export type ToldCommand = Pick<Command, 'at' | 'text' | 'confidence'> & { readonly offset: number };

const LENGTH = 8192;
const MOST_TOKENS = 4096;
/** Of one command: what is longer was pasted, and stands in what was printed. */
const MOST_CHARACTERS = 4096;
/** Of one session. */
const MOST_DOCUMENTS = 128;

/** The last item says whether all of them are in the documents; those that were hidden have no text. */
export function* commandDocuments(
  commands: Iterable<ToldCommand>,
): Generator<SearchDocument | { readonly whole: boolean }> {
  let [lines, length, tokens, taken, whole] = [[] as Line[], 0, new Set<string>(), 0, true];
  for (const { text, at, offset, confidence } of commands) {
    const line = lineOf(text ?? '');
    if (line === '') continue;
    if (text !== null && text.length > MOST_CHARACTERS) whole = false;
    addTokens(folded(line), tokens);
    lines.push({ line, at: Math.round(at), offset, confidence });
    length += line.length + 1;
    if (length < LENGTH && tokens.size < MOST_TOKENS) continue;
    yield documentOf(lines, tokens);
    [lines, length, tokens, taken] = [[], 0, new Set(), taken + 1];
    if (taken >= MOST_DOCUMENTS) return yield { whole: false };
  }
  if (lines.length > 0) yield documentOf(lines, tokens);
  yield { whole };
}

interface Line {
  readonly line: string;
  readonly at: number;
  readonly offset: number;
  readonly confidence: Confidence;
}

/** Attacker-controlled, like everything a terminal showed. */
function lineOf(text: string): string {
  return normalText(text.slice(0, MOST_CHARACTERS).toWellFormed()).replaceAll('\n', ' ').trim();
}

function documentOf(lines: readonly Line[], tokens: ReadonlySet<string>): SearchDocument {
  let index = 0;
  const marks = lines.map(({ line, at, offset }) => {
    const mark = [index, at, offset] as const;
    index += line.length + 1;
    return mark;
  });
  return {
    text: lines.map(({ line }) => line).join('\n'),
    marks,
    tokens,
    commands: lines.map(({ confidence }) => confidence),
  };
}
