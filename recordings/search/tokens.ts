// The pieces by which a document is found: of Chinese, Japanese and Korean every character and every pair, of anything
// else every three characters that stand together, and words of up to six letters or digits whole, because the parts of
// addresses and paths are everywhere. Whatever is searched for is then checked against the text itself; tokens only say where to look.

const CJK = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}々〇]/u;
const RUNS = new RegExp(`(${CJK.source}+)|((?:(?!${CJK.source})[^ ])+)`, 'gu');
/** Words of one or two letters or digits are covered by no three characters. */
const WORDS = /(?<![\p{L}\p{N}])[\p{L}\p{N}]{1,6}(?![\p{L}\p{N}])/gu;
/** The same with something on both sides, so that they stand alone in every text that holds this one. */
const INNER_WORDS = /(?<=[^\p{L}\p{N}])[\p{L}\p{N}]{1,6}(?=[^\p{L}\p{N}])/gu;
/** Marks a word, and stands in no text. */
const WHOLE = '\0';
const LONGEST = 3;

/** Of a document; `text` is folded. A token has at most seven UTF-16 units. */
export function addTokens(text: string, tokens: Set<string>): void {
  for (const [, cjk, other] of text.matchAll(RUNS)) {
    if (cjk !== undefined) addGrams(cjk, 1, 2, tokens);
    if (other === undefined) continue;
    addGrams(other, LONGEST, LONGEST, tokens);
    for (const [word] of other.matchAll(WORDS)) addWord(word, tokens);
  }
}

/**
 * Of one thing that is searched for, folded: what every document that holds it has. Empty when it is too short to be
 * looked for.
 */
export function tokensOfTerm(term: string): ReadonlySet<string> {
  const tokens = new Set<string>();
  // First, because they tell most, and only so many tokens are looked at.
  for (const [word] of term.matchAll(INNER_WORDS)) if (!CJK.test(word)) addWord(word, tokens);
  for (const [, cjk, other] of term.matchAll(RUNS)) {
    if (cjk !== undefined) addGrams(cjk, cjk.length === 1 ? 1 : 2, 2, tokens);
    if (other !== undefined) addGrams(other, LONGEST, LONGEST, tokens);
  }
  if (tokens.size === 0 && isShortWord(term)) addWord(term, tokens);
  return tokens;
}

/** Two letters or digits are found only where they stand alone. */
export function isShortWord(term: string): boolean {
  return term.length === 2 && !CJK.test(term) && /^[\p{L}\p{N}]+$/u.test(term);
}

/** Letters beyond the first plane have two units each; such words are found by their three characters. */
function addWord(word: string, tokens: Set<string>): void {
  if (word.length <= 6) tokens.add(WHOLE + word);
}

function addGrams(run: string, least: number, most: number, tokens: Set<string>): void {
  for (let length = least; length <= most; length += 1) {
    for (let at = 0; at + length <= run.length; at += 1) tokens.add(run.slice(at, at + length));
  }
}
