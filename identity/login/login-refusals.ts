// The only two answers to somebody who is not signed in. Neither says what was wrong or whether the name exists.

import { defineRefusal } from '../../store/core/refusal.ts';

export const loginRefused = defineRefusal('login.refused', 'unauthenticated', () => ({
  zh: '账号名、密码或第二因素（动态口令、通行密钥）不正确',
  en: 'the name, the password or the second factor (code or passkey) is wrong',
}));

export const loginThrottled = defineRefusal('login.throttled', 'throttled', () => ({
  zh: '尝试次数过多，请稍后再试',
  en: 'too many attempts; try again later',
}));
