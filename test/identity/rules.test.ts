// The rules of identity that need no database.

import { expect, test } from 'vitest';
import { acceptablePassword } from '../../identity/login/password-rules.ts';
import { plainText } from '../../identity/plain-text.ts';
import { targetHost } from '../../identity/targets/host.ts';
import { refusal } from './cast.ts';

const codeOf = (work: () => unknown) => refusal((async () => work())());

test.each([
  ['allowed', '维护窗口-打开-7431'],
  ['allowed', 'correct horse battery'],
  ['password.too-short', '短密码-7431'],
  ['password.too-long', 'x'.repeat(257)],
  ['password.contains-name', 'xx-Li-Gong-7431-yy'],
  ['password.contains-name', '李工的密码-7431-很长'],
  ['password.too-common', 'Woaini1314520!'],
  ['password.too-common', 'Password2026!'],
  ['password.too-common', '123456789012'],
  ['password.too-common', 'admin123456789'],
  ['password.too-common', 'aaaaaaaaaaaaaa'],
  ['password.too-common', '1qaz2wsx1qaz2wsx'],
])('%s: “%s” as a password (R14)', async (code, password) => {
  expect(await codeOf(() => acceptablePassword(password, { name: 'li-gong', displayName: '李工' }))).toBe(code);
});

test('the same password typed in another Unicode form is the same password (R14)', () => {
  const person = { name: 'li-gong', displayName: '李工' };
  expect(acceptablePassword('cafe\u0301 au lait noir', person)).toBe('café au lait noir');
});

test.each([
  ['10.20.0.5', '10.20.0.5'],
  ['DB.Example.org.', 'db.example.org'],
  ['2001:DB8::5', '2001:db8::5'],
])('%s is the host %s (R40)', (text, host) => {
  expect(targetHost(text, { allowLoopback: false })).toBe(host);
});

test.each([
  ['target.host-refused', '127.0.0.1'],
  ['target.host-refused', '127.8.8.8'],
  ['target.host-refused', '::1'],
  ['target.host-refused', '::'],
  ['target.host-refused', '::ffff:127.0.0.1'],
  ['target.host-refused', '::127.0.0.1'],
  ['target.host-refused', '169.254.169.254'],
  ['target.host-refused', 'fe80::1'],
  ['target.host-refused', 'ff02::1'],
  ['target.host-refused', '0.0.0.0'],
  ['target.host-refused', '224.0.0.1'],
  ['target.host-refused', 'localhost.'],
  ['target.host-refused', 'db.localhost'],
  ['target.host-invalid', '2130706433'],
  ['target.host-invalid', '0x7f000001'],
  ['target.host-invalid', '127.1'],
  ['target.host-invalid', 'a b'],
  ['target.host-invalid', '-oProxyCommand=x'],
  ['target.host-invalid', ''],
])('%s: “%s” is no target’s host (R40)', async (code, host) => {
  expect(await codeOf(() => targetHost(host, { allowLoopback: false }))).toBe(code);
});

test('the demonstration may use this machine', () => {
  expect(targetHost('127.0.0.1', { allowLoopback: true })).toBe('127.0.0.1');
});

test.each(['\u202e', '\u2066', '\u200b', '\u0000', '\u001b[2J', '\u2028', '\ufeff', '\u{e0041}', '\ud800'])(
  'text with %j in it is refused (R43)',
  async (hidden) => {
    expect(await codeOf(() => plainText(`a${hidden}b`, { field: 'purpose', maxLength: 200, lines: 'many' }))).toBe(
      'text.refused',
    );
  },
);

test('lines and tabs stay where many lines are allowed, and all text is NFC (R43)', () => {
  expect(plainText('1. a\r\n\t2. e\u0301 ', { field: 'plan', maxLength: 20, lines: 'many' })).toBe('1. a\n\t2. é');
});
