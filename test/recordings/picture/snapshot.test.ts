// A screen drawn again from its snapshot is the screen it was taken from, and goes on as that one does.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Emulator } from '../../../recordings/picture/emulator.ts';
import { screenDifference } from '../../../recordings/picture/screen-difference.ts';
import { coreState } from '../../../recordings/picture/xterm-core.ts';
import { targetOutput } from './streams.ts';

const SIZE = { columns: 12, rows: 5 };
const difference = (one: Emulator, other: Emulator) =>
  screenDifference(coreState(one.terminal), coreState(other.terminal));

async function showing(bytes: string | Buffer): Promise<Emulator> {
  const emulator = new Emulator(SIZE, false);
  await emulator.output(Buffer.from(bytes));
  return emulator;
}

test.each([
  ['text', 'hello\r\nworld'],
  ['scrolled', 'a\r\nb\r\nc\r\nd\r\ne\r\nf\r\ng'],
  ['colours and flags', '\x1b[1;4;31;48;2;9;8;7mx\x1b[0;7m \x1b[K\x1b[38;5;99;9my'],
  ['curly underlines', '\x1b[4:3;58:2::1:2:3mx'],
  ['lines that wrap', '0123456789abcdef\r\n好世界好世界好世界好世界'],
  ['a cursor behind the last column', '0123456789ab'],
  ['and behind it with other colours', '\x1b[31m0123456789ab\x1b[m'],
  ['half of a wide character', '\x1b[31m好世\x1b[1;4Hx'],
  ['coloured, wide and without room', '\x1b[42m0123456789a好'],
  ['the alternate screen', 'left\x1b[?1049h\x1b[2;3Hfull'],
  ['a scroll region in origin mode', '\x1b[2;4r\x1b[?6h\x1b[2;2Hx'],
  ['saved cursors', '\x1b[3;3H\x1b[33m\x1b7\x1b[H\x1b[m'],
  ['line drawing', '\x1b)0\x0elqk'],
  ['tab stops', '\x1b[3g\x1b[5G\x1bH\r'],
  ['modes', '\x1b[?1h\x1b=\x1b[?2004h\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[?7l\x1b[4 q'],
  ['insert mode', 'abc\x1b[4h\r'],
  ['a character that may still be joined', 'e'],
  ['protected cells', '\x1b[1"qkept\x1b[0"qnot'],
])('%s', async (_, bytes) => {
  const emulator = await showing(bytes);
  const snapshot = await emulator.snapshot();
  const again = await Emulator.restored(snapshot, false);
  expect(difference(emulator, again)).toBeUndefined();
  expect(snapshot.exact).toBe(true);
});

test('a snapshot says that it is not exact where a state cannot be drawn again', async () => {
  // Without wrapping a wide character has no room in the last column, and half of one is all that is left of it.
  const emulator = await showing('\x1b[?7lwide 宽 字\x1b(A好世界');
  const snapshot = await emulator.snapshot();
  const again = await Emulator.restored(snapshot, false);
  expect(difference(emulator, again)).toBeDefined();
  expect(snapshot.exact).toBe(false);
});

test('any output, cut at any byte: what is called exact is the same screen, and stays the same', async () => {
  let exact = 0;
  let all = 0;
  await fc.assert(
    fc.asyncProperty(targetOutput, targetOutput, fc.nat(), async (before, after, cut) => {
      const emulator = await showing(before);
      const at = cut % (after.length + 1);
      await emulator.output(after.subarray(0, at));
      const snapshot = await emulator.snapshot();
      all += 1;
      if (!snapshot.exact) return;
      exact += 1;
      const again = await Emulator.restored(snapshot, false);
      expect(difference(emulator, again)).toBeUndefined();
      for (const each of [emulator, again]) await each.output(after.subarray(at));
      expect(difference(emulator, again)).toBeUndefined();
      for (const each of [emulator, again]) each.dispose();
    }),
    { numRuns: 400 },
  );
  expect(exact / all).toBeGreaterThan(0.9);
});

test('a resize after a snapshot does what it would have done', async () => {
  const sizes = fc.record({ columns: fc.integer({ min: 2, max: 30 }), rows: fc.integer({ min: 2, max: 12 }) });
  await fc.assert(
    fc.asyncProperty(targetOutput, sizes, async (bytes, size) => {
      const emulator = await showing(bytes);
      const snapshot = await emulator.snapshot();
      if (!snapshot.exact) return;
      const again = await Emulator.restored(snapshot, false);
      for (const each of [emulator, again]) await each.resize(size);
      expect(difference(emulator, again)).toBeUndefined();
    }),
    // A cursor saved on a line that has left the screen, which then grows.
    { numRuns: 150, examples: [[Buffer.from('a\x1b[?1048h\x1b[5f\x1bEa'), { columns: 2, rows: 6 }]] },
  );
});
