// What an emulator is given: nothing that hangs it, blinds it or makes it speak, wherever the stream is cut (B9).

import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EscapeFilter, type FilterOptions } from '../../../recordings/picture/escape-filter.ts';

const filtered = (text: string, options: FilterOptions = { answers: true }) => through([Buffer.from(text)], options);

function through(chunks: readonly Uint8Array[], options: FilterOptions): string {
  const filter = new EscapeFilter(options);
  return chunks.map((chunk) => filter.push(chunk)).join('');
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
  ['a question passes to who may answer', '\x1b[6n\x1b[c\x1b]11;?\x1b\\', '\x1b[6n\x1b[c\x1b]11;?\x1b\\'],
  ['a cancelled sequence ends', '\x1b[99\x18ok', 'ok'],
  ['a sequence that is none is given up', '\x1b[12你', '你'],
  ['a line feed inside a sequence comes first', '\x1b[1\n2mx', '\n\x1b[12mx'],
  ['a character set is designated', '\x1b(0qqq\x1b(B', '\x1b(0qqq\x1b(B'],
])('%s', (_, given, expected) => {
  expect(filtered(given)).toBe(expected);
});

test.each([
  ['positions and attributes', '\x1b[6n\x1b[c\x1b[>c\x1b[?6n\x1bZ\x1b[5n'],
  ['modes and settings', '\x1b[?1$p\x1b[4$p\x1bP$qm\x1b\\'],
  ['colours and titles', '\x1b]11;?\x07\x1b]4;1;?\x1b\\\x1b]0;x\x07\x1b[21t'],
  ['palette, clipboard and links', '\x1b]10;#000\x07\x1b]52;c;cm0=\x07\x1b]8;;file:///\x1b\\'],
  ['keyboards and versions', '\x1b[?u\x1b[>1u\x1b[>q'],
  ['output held back', '\x1b[?2026h'],
  ['anything else in strings', '\x1bPq#0;2\x1b\\\x1b_Gi=1\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\'],
])('a view is not asked, and not repainted: %s (B9)', (_, given) => {
  expect(filtered(`a${given}b`, {})).toBe('ab');
});

test('counts are clamped to the screen that is there', () => {
  const filter = new EscapeFilter({ columns: 80, rows: 24 });
  expect(filter.push(Buffer.from('\x1b[999S\x1b[999b'))).toBe('\x1b[24S\x1b[80b');
  filter.resize(120, 40);
  expect(filter.push(Buffer.from('\x1b[999S\x1b[999b'))).toBe('\x1b[40S\x1b[120b');
});

test('a control string is left out where it is too long, and what follows is shown', () => {
  const out = filtered(`\x1b]0;${'a'.repeat(20_000)}\x1b\\after`);
  expect(out).toBe('after');
});

test('a control string that does not end blinds nobody for long (B9)', () => {
  for (const opener of ['\x1b]', '\x1bP', '\x1bX', '\x1b^', '\x1b_']) {
    const out = filtered(`${opener}${'a'.repeat(100_000)}\r\nvisible again`, {});
    expect(out.endsWith('visible again')).toBe(true);
  }
});

const piece = fc.constantFrom(
  ...['\x1b[', '99999', 'S', ';', '?', '1049h', '\x1b]', '\x1bP', '\x07', 'a', '\xc2', '你', '\n', '\x1b', '\x18'],
  ...['\x1b\\', '\u009b', '\u009c', '(', '0', '😀', '\x7f', '$', 'p'],
);
const stream = fc
  .array(fc.oneof(piece, fc.uint8Array({ maxLength: 3 })), { maxLength: 30 })
  .map((pieces) => Buffer.concat(pieces.map((each) => Buffer.from(each as string))));

test('where the stream is cut makes no difference', () => {
  fc.assert(
    fc.property(stream, fc.nat(), fc.boolean(), (bytes, cut, answers) => {
      const at = bytes.length === 0 ? 0 : cut % bytes.length;
      const whole = through([bytes], { answers });
      expect(through([bytes.subarray(0, at), bytes.subarray(at)], { answers })).toBe(whole);
    }),
    { numRuns: 1000 },
  );
});

test('what is held brings another filter to the same place', () => {
  fc.assert(
    fc.property(stream, stream, (before, after) => {
      const [one, other] = [new EscapeFilter(), new EscapeFilter()];
      one.push(before);
      expect(other.push(one.held)).toBe('');
      expect(other.push(after)).toBe(one.push(after));
    }),
    { numRuns: 1000 },
  );
});

test('the emulator survives what would hang it, in its ground state (B9)', async () => {
  const terminal = new Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  const hostile = ['S', 'L', 'M', 'T', 'Z', 'b', 'I'].map((final) => `x\x1b[2147483647${final}`).join('');
  await new Promise<void>((done) => terminal.write(filtered(`${hostile}\x1b[H\x1b[2Jalive`), done));
  expect(terminal.buffer.active.getLine(terminal.buffer.active.baseY)?.translateToString(true)).toBe('alive');
});
