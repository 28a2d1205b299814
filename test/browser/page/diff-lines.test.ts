import { expect, test } from 'vitest';
import { textDifference } from '../../../approvals/originals/text-difference.ts';
import { readDiff } from '../../../web/app/originals/diff-lines.ts';
import { restoringOf } from '../../../web/app/originals/restoring.ts';

const NUMBERS = Array.from({ length: 30 }, (_, nth) => `line ${nth + 1}`);
const differenceOf = (before: string, after: string) =>
  textDifference(Buffer.from(before), Buffer.from(after))?.diff ?? '';

test('a difference is read with the numbers of both sides, whatever its lines look like (R3)', () => {
  const now = NUMBERS.with(4, '@@ -1,1 +1,1 @@').toSpliced(20, 1);
  const { lines, cut } = readDiff(differenceOf(`${NUMBERS.join('\n')}\n`, `${now.join('\n')}\n`));
  expect(cut).toBe(false);
  expect(lines.filter(({ sign }) => sign === '@')).toHaveLength(2);
  expect(lines.filter(({ sign }) => sign === '-' || sign === '+')).toEqual([
    { sign: '-', text: 'line 5', before: 5, after: undefined },
    { sign: '+', text: '@@ -1,1 +1,1 @@', before: undefined, after: 5 },
    { sign: '-', text: 'line 21', before: 21, after: undefined },
  ]);
});

test('a file without a line end says so, and a difference that was cut says that', () => {
  const whole = differenceOf('a', 'b\n');
  expect(readDiff(whole).lines.map(({ sign }) => sign)).toEqual(['@', '-', '\\', '+']);
  expect(readDiff(whole.slice(0, -1)).cut).toBe(true);
});

test('a link that names no whole hash fills in nothing', () => {
  const asked = { restore: 'tck', original: 'ab'.repeat(32), path: '/etc/x', target: 'app', login: 'ops' };
  expect(restoringOf(asked)).toEqual(asked);
  expect(restoringOf({ ...asked, original: 'javascript:alert(1)' })).toEqual({});
  expect(restoringOf({ ...asked, path: 7 })).toEqual({});
});
