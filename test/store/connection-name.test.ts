import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectionName, parseConnectionName } from '../../store/core/connection-name.ts';

test.each([
  ['li-gong', { account: 'li-gong', login: null, target: null }],
  ['li-gong+web1', { account: 'li-gong', login: null, target: 'web1' }],
  ['li-gong+root+web1', { account: 'li-gong', login: 'root', target: 'web1' }],
  ['li-gong+root+开标系统', { account: 'li-gong', login: 'root', target: '开标系统' }],
  ['', undefined],
  ['+', undefined],
  ['li-gong+', undefined],
  ['li-gong++web1', undefined],
  ['a+b+c+d', undefined],
  ['x'.repeat(257), undefined],
  ['li-gong+we\u202eb', undefined],
  ['li\u0000gong', undefined],
  ['li-gong+cafe\u0301', { account: 'li-gong', login: null, target: 'café' }],
])('%j reads as %o (R43)', (text, expected) => {
  expect(parseConnectionName(text)).toEqual(expected);
});

test('what is shown to people reads back as the same three names', () => {
  const part = fc.stringMatching(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,40}$/u).map((text) => text.normalize('NFC'));
  fc.assert(
    fc.property(part, part, part, (account, login, target) => {
      expect(parseConnectionName(connectionName(account, login, target))).toEqual({ account, login, target });
    }),
  );
});

test('no text makes the parser do anything else', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseConnectionName(text)));
});
