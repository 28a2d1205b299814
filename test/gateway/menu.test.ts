import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Choice, chosen, menuLines, TypedLine } from '../../bastion/gateway/front/menu.ts';

const CHOICES: readonly Choice[] = [
  { login: 'oracle', target: 'db1' },
  { login: 'root', target: 'db1' },
  { login: 'ops', target: '演示·开标应用 2 号' },
  { login: 'ops', target: 'web1' },
  { login: 'ops', target: 'web10' },
  { login: 'ops', target: '7th' },
];

test.each([
  ['1', 0],
  [' 4 ', 3],
  ['6', 5],
  ['7', 5],
  ['0', 'none'],
  ['99', 'none'],
  ['web1', 3],
  ['WEB10', 4],
  ['web', 'many'],
  ['db1', 'many'],
  ['oracle', 0],
  ['root+d', 1],
  ['root+db1', 1],
  ['演示', 2],
  ['ops+', 'many'],
  ['', 'none'],
  ['   ', 'none'],
  ['eb1', 'none'],
  ['-1', 'none'],
  ['1e0', 'none'],
] as const)('%j chooses %s', (typed, expected) => {
  const answer = chosen(CHOICES, typed);
  expect(typeof answer === 'object' ? CHOICES.indexOf(answer) : answer).toBe(expected);
});

const typed = (...pieces: readonly (string | Buffer)[]) => {
  const line = new TypedLine();
  return pieces.map((piece) => line.feed(Buffer.from(piece as string))).at(-1);
};

test.each([
  [['we', 'b1\r'], 'web1'],
  [['wex\x7fb1\n'], 'web1'],
  [['演示\x7f\x08web1\r'], 'web1'],
  [['\x1b[A\x1b[1;5D\x1bOP\x1bxw\r'], 'w'],
  [['nonsense\x15web1\r'], 'web1'],
  [[Buffer.from([0xe6]), Buffer.from([0xbc, 0x94]), '\r'], '演'],
  [['\x00\x07\x1a2\r'], '2'],
  [[`${'a'.repeat(300)}\r`], 'a'.repeat(256)],
] as const)('%j is read as %j', (pieces, text) => {
  expect(typed(...pieces)).toMatchObject({ kind: 'line', text });
});

test.each(['\x03', 'web\x04', '\x1b[A\x03'])('%j leaves', (text) => {
  expect(typed(text)).toEqual({ kind: 'leave' });
});

test('what comes after the line is kept for the target', () => {
  expect(typed('2\rls -l\r')).toEqual({ kind: 'line', text: '2', rest: Buffer.from('ls -l\r') });
});

test('whatever is typed in whatever pieces, the line is the same, and bounded (B4, B9)', () => {
  const keys = fc.oneof(
    fc.constantFrom('\x1b', '[', 'A', '\x7f', '\x15', '演', '\x00', '\x9b'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 60 }), fc.array(fc.nat(9), { maxLength: 60 }), (pieces, cuts) => {
      const typedBytes = Buffer.from(pieces.join(''));
      const bytes = Buffer.from(typedBytes.filter((byte) => ![0x03, 0x04, 0x0a, 0x0d].includes(byte)));
      const line = new TypedLine();
      let at = 0;
      let last = line.feed(Buffer.alloc(0));
      for (const cut of [...cuts, bytes.length]) {
        last = line.feed(bytes.subarray(at, at + cut));
        at = Math.min(bytes.length, at + cut);
      }
      expect(last).toEqual(new TypedLine().feed(bytes));
      if (last.kind === 'leave') throw new Error('expected no leaving');
      expect(last.text.length).toBeLessThanOrEqual(256);
      expect(last.text).not.toMatch(/[\p{Cc}]/u);
    }),
    { numRuns: 2000 },
  );
});

test('the menu is numbered, Chinese first where both are shown', () => {
  const lines = menuLines(CHOICES.slice(0, 2), 'both');
  expect(lines[0]).toContain('请选择');
  expect(lines.slice(-4)).toEqual([
    '  1  oracle  db1',
    '  2  root    db1',
    expect.stringContaining('ssh … sluice help'),
    expect.stringContaining('ssh … sluice help'),
  ]);
});
