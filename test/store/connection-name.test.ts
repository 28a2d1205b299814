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
    { numRuns: 10_000 },
  );
});

/** What a connection may be called, said in another way. */
const FORM = /^[^+\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+(\+[^+\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+){0,2}$/u;

/** Names, or no names: three parts at most, each with something in it and nothing hidden, one way to write each. */
function readsAsItShould(text: string): void {
  const name = parseConnectionName(text);
  if (text.length <= 256 && FORM.test(text)) expect(name, JSON.stringify(text)).toBeDefined();
  if (name === undefined) return;
  const parts = [name.account, name.login, name.target].filter((part) => part !== null);
  const whole = parts.join('+');
  expect(FORM.test(whole), JSON.stringify(text)).toBe(true);
  expect(whole).toBe(text.normalize('NFC'));
  expect(name.login === null || name.target !== null).toBe(true);
  if (whole.length <= 256) expect(parseConnectionName(whole)).toEqual(name);
}

test('no text makes the parser do anything else: any text at all (B9, R43)', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), readsAsItShould), { numRuns: 30_000 });
});

test('no text makes the parser do anything else: text that is nearly a name (B9, R43)', () => {
  const unit = fc.constantFrom(
    '+',
    '+',
    'a',
    'web1',
    '开标',
    '.',
    '-',
    ' ',
    '\u0301',
    'e',
    '\u202e',
    '\u0000',
    '\u2028',
    '\uff0b',
    '\ud800',
  );
  fc.assert(fc.property(fc.string({ unit, maxLength: 12 }), readsAsItShould), { numRuns: 70_000 });
});
