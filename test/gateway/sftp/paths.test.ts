import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byItsLetters, isUnusable, isWithin, splitLast } from '../../../bastion/gateway/sftp/paths.ts';
import { announced, rightsFor } from '../../../bastion/gateway/sftp/rights.ts';

const b = (text: string) => Buffer.from(text);
const split = (path: string) => {
  const parts = splitLast(b(path));
  return parts && [parts.folder.toString(), parts.name.toString()];
};

test.each([
  ['/a/b', '/a', true],
  ['/a', '/a', true],
  ['/ab', '/a', false],
  ['/', '/a', false],
  ['/a', '/', true],
  ['/a/../b', '/b', false],
])('%s within %s: %s', (path, folder, within) => expect(isWithin(b(path), b(folder))).toBe(within));

test.each([
  ['/a/b', ['/a', 'b']],
  ['/a/b///', ['/a', 'b']],
  ['/a', ['/', 'a']],
  ['a', ['.', 'a']],
  ['a/b', ['a', 'b']],
  ['//a', ['/', 'a']],
  ['', undefined],
  ['/', undefined],
  ['..', undefined],
  ['/a/..', undefined],
  ['/a/./', undefined],
])('the last name of %j is %j', (path, parts) => expect(split(path)).toEqual(parts));

test('a name and its folder are the path again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const parts = splitLast(Buffer.from(bytes));
      if (parts === undefined) return;
      expect(parts.name.includes(0x2f)).toBe(false);
      expect(['', '.', '..']).not.toContain(parts.name.toString('latin1'));
    }),
  );
});

test('a path is spelled out by its letters', () => {
  expect(byItsLetters(b('x/../y//./z'), b('/home')).toString()).toBe('/home/y/z');
  expect(byItsLetters(b('/../..'), b('/home')).toString()).toBe('/');
});

test('a name with NUL, or longer than any path, is no name (B19)', () => {
  expect([b('a\0b'), Buffer.alloc(4097, 97), b('a\nb'), b('a\\b')].map(isUnusable)).toEqual([true, true, false, false]);
});

test.each([
  [0, ['download']],
  [1, ['download']],
  [2, ['upload']],
  [2 | 8 | 16, ['upload']],
  [1 | 2, ['download', 'upload']],
  [1 | 8, ['download', 'upload']],
  [4, ['upload']],
])('opening with flags %i takes %j (R2)', (flags, rights) => expect(rightsFor({ op: 'open', flags })).toEqual(rights));

test('a client hears of the extensions that are understood, in that version, and allowed', () => {
  const offered = [
    ['posix-rename@openssh.com', '1'],
    ['statvfs@openssh.com', '2'],
    ['fstatvfs@openssh.com', '1'],
    ['evil@example.org', '1'],
    ['toString', '1'],
  ] as const;
  expect(announced(offered, ['download']).map(([name]) => name)).toEqual(['statvfs@openssh.com']);
  expect(announced(offered, ['upload']).map(([name]) => name)).toEqual([
    'posix-rename@openssh.com',
    'statvfs@openssh.com',
  ]);
});
