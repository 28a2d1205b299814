// A name somebody else made up, so that it can be read and does nothing: control characters, marks that turn the
// direction of writing and characters without width are shown by their number instead of being obeyed.

export interface Stretch {
  readonly text: string;
  /** True for a character that stands for itself by its number. */
  readonly odd: boolean;
}

// Cc, Cf and line separators; Cf holds the bidirectional marks and the joiners.
const ODD = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\ufffd]/u;

export function stretches(name: string): readonly Stretch[] {
  const found: { text: string; odd: boolean }[] = [];
  for (const character of name) {
    const odd = ODD.test(character);
    const text = odd ? numberOf(character) : character;
    const last = found.at(-1);
    if (last !== undefined && !odd && !last.odd) last.text += text;
    else found.push({ text, odd });
  }
  return found;
}

function numberOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
