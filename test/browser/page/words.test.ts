import { expect, test } from 'vitest';
import { en } from '../../../web/app/language/en.ts';
import { zh } from '../../../web/app/language/zh.ts';

const ALL_EN = flat(en);
const ALL_ZH = flat(zh);

test('both languages say the same things', () => {
  const plain = (key: string) => key.replace(/_(one|other)$/, '');
  expect([...new Set(Object.keys(ALL_EN).map(plain))].sort()).toEqual(
    [...new Set(Object.keys(ALL_ZH).map(plain))].sort(),
  );
});

test('both languages put the same values in', () => {
  for (const [key, text] of Object.entries(ALL_ZH)) {
    expect([key, ...values(ALL_EN[key] ?? '')]).toEqual([key, ...values(text)]);
  }
});

test('no Chinese is left in the English words', () => {
  expect(Object.values(ALL_EN).filter((text) => /\p{Script=Han}/u.test(text))).toEqual([]);
});

function values(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? ''))].sort();
}

function flat(words: object, path = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'string' ? [[path + key, value]] : Object.entries(flat(Object(value), `${path}${key}.`)),
    ),
  );
}
