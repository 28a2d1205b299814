import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_TEXT_BYTES, textDifference } from '../../../approvals/originals/text-difference.ts';

const text = (value: string) => Buffer.from(value, 'utf8');

test.each([
  ['a line changed', 'a\nb\nc\n', 'a\nB\nc\n', '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n'],
  ['everything new', '', 'a\n', '@@ -0,0 +1,1 @@\n+a\n'],
  ['everything gone', 'a\n', '', '@@ -1,1 +0,0 @@\n-a\n'],
  ['no line end', 'a', 'b', '@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n'],
])('%s (R3)', (_what, before, after, diff) => {
  expect(textDifference(text(before), text(after))).toEqual({ encoding: 'utf-8', diff, cut: false });
});

test('GB18030 is read as that, where UTF-8 does not fit both (R3)', () => {
  const [before, after] = [Buffer.from('b6cbbfda3d310a', 'hex'), Buffer.from('b6cbbfda3d320a', 'hex')];
  expect(textDifference(before, after)).toMatchObject({
    encoding: 'gb18030',
    diff: expect.stringContaining('+端口=2\n'),
  });
});

test('what is no text, too large or too different has no text difference, and takes no time (R3, B4)', () => {
  expect(textDifference(Buffer.from([0, 1, 2]), text('a'))).toBeUndefined();
  expect(textDifference(text('a'), Buffer.alloc(MOST_TEXT_BYTES + 1, 'a'))).toBeUndefined();
  const lines = (from: number) => text(Array.from({ length: 5000 }, (_, n) => `${from + n}\n`).join(''));
  expect(textDifference(lines(0), lines(100_000))).toBeUndefined();
  expect(textDifference(Buffer.alloc(300_000, '\n'), text('a\n'))).toBeUndefined();
});

/** What the hunks make of the text before. */
function applied(before: string, diff: string): string {
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const made: string[] = [];
  let at = 0;
  const lines = diff.split('\n');
  for (const [nth, line] of lines.entries()) {
    const head = /^@@ -(\d+),(\d+) /.exec(line);
    if (head !== null) {
      const start = Number(head[2]) === 0 ? Number(head[1]) : Number(head[1]) - 1;
      made.push(...old.slice(at, start));
      at = start;
    } else if (line !== '' && !line.startsWith('\\')) {
      const ended = lines[nth + 1]?.startsWith('\\') ? '' : '\n';
      if (line[0] !== '-') made.push(line.slice(1) + ended);
      if (line[0] !== '+') at += 1;
    }
  }
  return [...made, ...old.slice(at)].join('');
}

test('applied to what was there, a difference gives what is there (R3)', () => {
  const file = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n'), { maxLength: 40 }).map((lines) => lines.join(''));
  const ends = fc.constantFrom('', 'end');
  fc.assert(
    fc.property(file, file, ends, ends, (one, other, endOne, endOther) => {
      const [before, after] = [one + endOne, other + endOther];
      const difference = textDifference(text(before), text(after));
      expect(applied(before, difference?.diff ?? '')).toBe(after);
    }),
    { numRuns: 500 },
  );
});
