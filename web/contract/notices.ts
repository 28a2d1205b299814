// What each person is told about, and where.
//
//   GET    /api/v1/me/notices            everybody     → NoticePreferences
//   POST   /api/v1/me/notices            everybody, NoticePreferencesBody → NoticePreferences

import Type, { type Static } from 'typebox';
import { SecondFactor } from './words.ts';

const Language = Type.Union([Type.Literal('zh'), Type.Literal('en')]);
const Kind = Type.String({ minLength: 1, maxLength: 64 });

export const NoticePreferences = Type.Object({
  email: Type.Union([Type.String(), Type.Null()]),
  language: Language,
  /** Kinds that are not wanted. */
  off: Type.Array(Kind),
  /** What this person may get. */
  kinds: Type.Array(Kind),
  /** Whether this installation sends e-mail at all. */
  mail: Type.Boolean(),
});
export type NoticePreferences = Static<typeof NoticePreferences>;

export const NoticePreferencesBody = Type.Object(
  {
    email: Type.Union([Type.String({ minLength: 3, maxLength: 254 }), Type.Null()]),
    language: Language,
    off: Type.Array(Kind, { maxItems: 64 }),
    code: SecondFactor,
  },
  { additionalProperties: false },
);
export type NoticePreferencesBody = Static<typeof NoticePreferencesBody>;
