import { expect, test } from 'vitest';
import { nextPath } from '../../../web/app/login/next-path.ts';

const HERE = 'https://sluice.example';

test.each([
  [undefined, '/'],
  ['/tickets/t1?state=draft', '/tickets/t1?state=draft'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/.//evil.example', '/'],
  ['/..//evil.example', '/'],
  ['https://evil.example/', '/'],
  ['javascript:alert(1)', '/'],
  ['tickets', '/'],
  ['/sign-in?next=/tickets', '/'],
])('after signing in, next=%s leads to %s', (next, expected) => {
  expect(nextPath(next, HERE)).toBe(expected);
});
