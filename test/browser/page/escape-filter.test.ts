import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EscapeFilter } from '../../../web/app/emulator/escape-filter.ts';

const filtered = (text: string) => through([Buffer.from(text)]);

function through(chunks: readonly Uint8Array[]): string {
  const filter = new EscapeFilter();
  return Buffer.concat(chunks.map((chunk) => filter.push(chunk))).toString();
}

test.each([
  ['plain text passes', 'hello 你好\r\n', 'hello 你好\r\n'],
  ['colours pass', '\x1b[38;2;255;128;0mx', '\x1b[38;2;255;128;0mx'],
  ['modes are names, not counts', '\x1b[?1049h\x1b[?2004l', '\x1b[?1049h\x1b[?2004l'],
  ['a repeat count is clamped', '\x1b[2147483647S', '\x1b[1000S'],
  ['a repeat count behind zeros is clamped', '\x1b[00002147483647b', '\x1b[1000b'],
  ['every parameter is clamped', '\x1b[5000;6000H', '\x1b[1000;1000H'],
  ['a count with an intermediate is clamped', "\x1b[9999'}", "\x1b[1000'}"],
  ['a C1 control in UTF-8 is read as its two-byte form', '\u009b9999L', '\x1b[1000L'],
  ['a letter that begins with C2 is not a control', '©£', '©£'],
  ['a title passes', '\x1b]0;title\x07x', '\x1b]0;title\x07x'],
  ['a cancelled sequence ends', '\x1b[99\x18ok', '\x1b\x18ok'],
])('%s', (_, given, expected) => {
  expect(filtered(given)).toBe(expected);
});

test('a control string is cut to a length and still ends', () => {
  const out = filtered(`\x1b]0;${'a'.repeat(1_000_000)}\x1b\\after`);
  expect(out.length).toBeLessThan(5000);
  expect(out.endsWith('\x1b\\after')).toBe(true);
});

test('where the stream is split makes no difference', () => {
  const piece = fc.constantFrom(
    '\x1b[',
    '99999',
    'S',
    ';',
    '?',
    '1049h',
    '\x1b]',
    '\x07',
    'a',
    '\xc2',
    '你',
    '\n',
    '\x1b',
    '\x18',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(), (pieces, cut) => {
      const bytes = Buffer.from(pieces.join(''));
      const at = bytes.length === 0 ? 0 : cut % bytes.length;
      expect(through([bytes.subarray(0, at), bytes.subarray(at)])).toBe(through([bytes]));
    }),
  );
});

test('the emulator survives what would hang it', async () => {
  const terminal = new Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  const hostile = ['S', 'L', 'M', 'T', 'Z', 'b', 'I'].map((final) => `\x1b[2147483647${final}`).join('');
  await new Promise<void>((done) => terminal.write(filtered(`${hostile}\x1b[H\x1b[2Jalive`), done));
  expect(terminal.buffer.active.getLine(terminal.buffer.active.baseY)?.translateToString(true)).toBe('alive');
});
