// One spelling for what a person would call the same text: compatibility forms (full-width letters, ligatures) become
// the plain ones, runs of space become one. `folded` is what is compared; it has the same length, so that a place in
// one is the same place in the other.

/** Bytes that are no text, and controls, stand between words. */
const SPACE = /[\s\p{Cc}\ufffd]+/gu;

export function normalText(text: string): string {
  return text.normalize('NFKC').replaceAll(SPACE, (run) => (run.includes('\n') ? '\n' : ' '));
}

export function folded(normal: string): string {
  // U+0130 alone grows when it becomes small.
  return normal.replaceAll('\u0130', 'i').toLowerCase().replaceAll('\n', ' ');
}
