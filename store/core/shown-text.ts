// Text from outside, on its way to a terminal or a report for people. A control character would move the cursor, a mark
// for right-to-left text would turn around what stands beside it: each is one U+FFFD. Line ends are control characters.

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu;

/** One line. */
export function shownLine(text: string): string {
  return text.replaceAll(UNSEEN, '\ufffd');
}

/** A name or a word within a line, which it must not fill. */
export function shown(text: string): string {
  return shownLine(text).slice(0, 200);
}
