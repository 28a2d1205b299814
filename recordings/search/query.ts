// What somebody searches for: words that must all be in one document, and "exact words" in quotation marks. Parsed
// once; too short, too long or too many is refused with a sentence.

import { defineRefusal } from '../../store/core/refusal.ts';
import { folded, normalText } from './normal-text.ts';
import { isShortWord, tokensOfTerm } from './tokens.ts';

export interface Term {
  /** Folded. */
  readonly text: string;
  /** Found only where no letter or digit stands beside it. */
  readonly alone: boolean;
  readonly tokens: ReadonlySet<string>;
}

export const MOST_QUERY = 200;
const MOST_TERMS = 8;

export const queryRefused = defineRefusal<'empty' | 'long' | 'many' | 'short'>('search.query', 'invalid', (why) => ({
  zh: {
    empty: '请输入要查找的内容',
    long: `查找内容不能超过${MOST_QUERY}个字符`,
    many: `最多同时查找${MOST_TERMS}个词`,
    short: '查找的词太短：汉字至少1个，字母或数字至少2个，含其他符号时至少3个字符',
  }[why],
  en: {
    empty: 'say what to look for',
    long: `expected at most ${MOST_QUERY} characters`,
    many: `expected at most ${MOST_TERMS} words`,
    short: 'a word is too short: expected one Chinese character, two letters or digits, or three of anything',
  }[why],
}));

/** Throws `search.query`. */
export function parseQuery(query: string): readonly Term[] {
  if (query.length > MOST_QUERY) throw queryRefused('long');
  const words = folded(normalText(query)).matchAll(/"([^"]+)"|([^\s"]+)/g);
  const terms = [...words].map(([, quoted, word]) => (quoted ?? word ?? '').trim()).filter((term) => term !== '');
  if (terms.length === 0) throw queryRefused('empty');
  if (terms.length > MOST_TERMS) throw queryRefused('many');
  return [...new Set(terms)].map(termOf);
}

function termOf(text: string): Term {
  const tokens = tokensOfTerm(text);
  if (tokens.size === 0) throw queryRefused('short');
  return { text, alone: isShortWord(text), tokens };
}

/** Where the term first is in a folded text; -1 when it is not. */
export function placeOf({ text, alone }: Term, document: string): number {
  if (!alone) return document.indexOf(text);
  for (let at = document.indexOf(text); at !== -1; at = document.indexOf(text, at + 1)) {
    const beside = document.slice(Math.max(0, at - 1), at) + document.slice(at + text.length, at + text.length + 1);
    if (!/[\p{L}\p{N}]/u.test(beside)) return at;
  }
  return -1;
}
