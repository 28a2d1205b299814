import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stretches } from '../../../web/app/sessions/visible-text.ts';

const shown = (name: string) =>
  stretches(name)
    .map(({ text, odd }) => (odd ? `<${text}>` : text))
    .join('');

test.each([
  ['清单 2026.txt', '清单 2026.txt'],
  ['a\u202etxt.exe', 'a<U+202E>txt.exe'],
  ['\u001b[2J', '<U+001B>[2J'],
  ['a\nb\0', 'a<U+000A>b<U+0000>'],
  ['zero\u200bwidth\u2028', 'zero<U+200B>width<U+2028>'],
  ['<img onerror>', '<img onerror>'],
])('%j is shown as %s (B9)', (name, seen) => expect(shown(name)).toBe(seen));

test('no character of a name takes effect, and none is lost (B9)', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const parts = stretches(name);
      for (const { text } of parts) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      const plain = parts
        .filter(({ odd }) => !odd)
        .map(({ text }) => text)
        .join('').length;
      const odd = parts.filter((part) => part.odd).length;
      expect([...name].length).toBe(
        [
          ...parts
            .filter((part) => !part.odd)
            .map(({ text }) => text)
            .join(''),
        ].length + odd,
      );
      expect(plain).toBeLessThanOrEqual(name.length);
    }),
  );
});
