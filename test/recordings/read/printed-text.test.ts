import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PrintedText } from '../../../recordings/read/printed-text.ts';
import { RecordedText } from '../../../recordings/read/recorded-text.ts';

function printed(...pieces: readonly string[]): string {
  const text = new PrintedText();
  return pieces.map((piece) => text.push(piece)).join('') + text.end();
}

test.each([
  ['colours', '\x1b[1;31mred\x1b[0m plain', 'red plain'],
  ['a title', '\x1b]0;root@web1\x07root@web1# ', 'root@web1#'],
  ['a title ended by ESC \\', '\x1b]2;x\x1b\\after', 'after'],
  ['a link', '\x1b]8;;https://a/\x1b\\link\x1b]8;;\x1b\\', 'link'],
  ['lines', 'one\r\ntwo\nthree', 'one\ntwo\nthree'],
  ['a correction at the end', 'ls -lsa\b \b\b \ba\r\n', 'ls -la\n'],
  ['a correction with erase', 'catt\b\x1b[K x', 'cat x'],
  ['a correction of a wide character', 'ls 密\b\b  \b\b码', 'ls 码'],
  ['an insertion', 'ab cd\b\bX\x1b[1@', 'ab X d'],
  ['an insertion as shells draw it', 'echo cd\b\babcd\b\b', 'echo abcd'],
  ['a deletion in the line', 'echo abcd\b\b\x1b[1P', 'echo abd'],
  ['steps to the right', 'ab\b\b\x1b[C\x1b[CX', 'abX'],
  ['a bar that overwrites itself', '10%\r50%\r100%\r\n', '10%\n50%\n100%\n'],
  ['a full screen', '\x1b[2J\x1b[1;1Hfirst\x1b[2;1Hsecond', 'first\nsecond'],
  ['a character set', '\x1b(Btext', 'text'],
  ['eight-bit controls', '\x9b1mtext\x9dtitle\x9cmore', 'textmore'],
  ['a control inside a sequence', '\x1b[3\n1mx', '\nx'],
  ['a sequence that was given up', '\x1b[12\x18after', 'after'],
  ['bells and nothing', 'a\x07\x00b', 'ab'],
])('%s leaves the text that was printed (R23)', (_what, output, text) => {
  expect(printed(output)).toBe(text);
});

test('a string that never ends hides 4096 characters and no more (R17)', () => {
  expect(printed(`\x1b]0;${'x'.repeat(5000)}\nrm -rf /srv\n`)).toContain('rm -rf /srv');
});

test('a line without an end comes in pieces, and little is kept (R17)', () => {
  const text = new PrintedText();
  let most = 0;
  let length = 0;
  for (let nth = 0; nth < 200; nth += 1) {
    const piece = text.push('x'.repeat(1000));
    length += piece.length;
    most = Math.max(most, 1000 * (nth + 1) - length);
  }
  expect(length + text.end().length).toBe(200_000);
  expect(most).toBeLessThan(8192);
});

test('it does not matter where output was cut (R17)', () => {
  const parts = fc.constantFrom(
    'ls',
    '密码',
    '\b',
    ' ',
    '\x1b[K',
    '\r',
    '\n',
    '\x1b]0;t\x07',
    '\x1b[31m',
    '😀',
    '\x1b[2;3H',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 6 }), (written, cuts) => {
      const whole = written.join('');
      const borders = [...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
      const pieces = borders.map((end, nth) => whole.slice(nth === 0 ? 0 : borders[nth - 1], end));
      expect(printed(...pieces)).toBe(printed(whole));
    }),
  );
});

test.each(['utf-8', 'gb18030'] as const)('a %s character cut by frames is one character (R17)', (encoding) => {
  const bytes = encoding === 'utf-8' ? Buffer.from('公共资源') : Buffer.from('b9abb9b2d7cad4b4', 'hex');
  const text = new RecordedText(encoding);
  const pieces = [...bytes].map((byte) => text.push(Buffer.of(byte)));
  expect(pieces.join('') + text.end()).toBe('公共资源');
});

test('what is no character shows as one sign that it is none (R17)', () => {
  const text = new RecordedText('utf-8');
  expect(text.push(Buffer.from([0x61, 0xff, 0x62, 0xe5])) + text.end()).toBe('a\ufffdb\ufffd');
});
