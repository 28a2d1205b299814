// What may be a password (R14): at least twelve characters, not made of the person's own name, not one that everybody
// tries first. No rule about character classes: length is what resists guessing.

import { defineRefusal } from '../../store/core/refusal.ts';
import type { Person } from '../people/account.ts';
import { LONGEST_PASSWORD } from './password.ts';

export const PASSWORD_MIN_LENGTH = 12;

export const passwordTooShort = defineRefusal('password.too-short', 'invalid', () => ({
  zh: `密码至少 ${PASSWORD_MIN_LENGTH} 个字符`,
  en: `a password has at least ${PASSWORD_MIN_LENGTH} characters`,
}));

export const passwordTooLong = defineRefusal('password.too-long', 'invalid', () => ({
  zh: `密码最多 ${LONGEST_PASSWORD} 个字符`,
  en: `a password has at most ${LONGEST_PASSWORD} characters`,
}));

export const passwordHasName = defineRefusal('password.contains-name', 'invalid', () => ({
  zh: '密码不能包含账号名或姓名',
  en: 'a password does not contain the person’s name',
}));

export const passwordCommon = defineRefusal('password.too-common', 'invalid', () => ({
  zh: '这个密码太常见，容易被猜到',
  en: 'this password is too common to be safe',
}));

// Stems of what is tried first; a password that is one of them repeated, or one plus a few digits or signs, is common.
const COMMON =
  'password passw0rd p@ssword p@ssw0rd admin administrator root welcome qwerty qwertyuiop asdfghjkl zxcvbnm qazwsx 1qaz2wsx 1q2w3e4r 1q2w3e4r5t abc abcd abcdef abcdefg letmein iloveyou monkey dragon sunshine princess football changeme default secret test guest user login master oracle huawei h3c cisco woaini woaini1314 5201314 1314520 520 woaiwojia wodemima mima caonima nihao zhongguo china beijing shanghai henan jiaozuo zhengzhou ggzy ggzyjy jyzx sluice zhakou a123456 q123456 aa123456 abc123 qq123456 wang li zhang 123 1234 12345 123456 1234567 12345678 123456789 1234567890 0123456789 987654321 111111 000000 666666 888888 147258369 123123 112233 123321 789456123'.split(
    ' ',
  );

/** The password as it will be hashed; throws the rule it breaks. */
export function acceptablePassword(typed: string, person: Pick<Person, 'name' | 'displayName'>): string {
  const password = typed.normalize('NFC');
  if (password.length > LONGEST_PASSWORD) throw passwordTooLong();
  if ([...password].length < PASSWORD_MIN_LENGTH) throw passwordTooShort();
  const folded = password.toLowerCase();
  const names = [person.name, person.displayName.normalize('NFC').toLowerCase()];
  if (names.some((name) => [...name].length > 1 && folded.includes(name))) throw passwordHasName();
  if (isCommon(folded)) throw passwordCommon();
  return password;
}

function isCommon(folded: string): boolean {
  if (new Set(folded).size < 4 || isRun(folded)) return true;
  const bare = folded.replaceAll(/[^\p{L}\p{N}@]/gu, '');
  return COMMON.some((stem) => {
    if (!bare.includes(stem)) return false;
    const rest = bare.replaceAll(stem, '');
    return COMMON.includes(rest) || rest.length <= 3 || /^(19|20)\d{2,6}$/.test(rest);
  });
}

/** Every character follows the one before it by the same step: 123456789012 counts its digits round. */
function isRun(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const step = (index: number): number => ((codes[index] ?? 0) - (codes[index - 1] ?? 0) + 10) % 10;
  return codes.every((_, index) => index < 2 || step(index) === step(1));
}
