// Whose turn it is: nobody's ticket waits without a page that says so.

import { expect, test } from 'vitest';
import { waitsFor } from '../../../web/app/tickets/waits-for.ts';

const FRESH = { filed: null, approvals: [] };
const PLAIN = { filing: false, approvals: 1, emergency: false } as const;

test.each([
  ['submitted', PLAIN, { head: 'decision', deputy: 'decision', section: undefined }],
  ['submitted', { ...PLAIN, filing: true }, { head: undefined, deputy: 'filing', section: 'filing' }],
  ['filed', { ...PLAIN, filing: true }, { head: 'decision', deputy: 'decision', section: undefined }],
  [
    'submitted',
    { ...PLAIN, approvals: 2, emergency: true },
    { head: 'decision', deputy: 'decision', section: 'decision' },
  ],
  ['reported', PLAIN, { head: 'acceptance', deputy: 'acceptance', section: 'acceptance' }],
  ['approved', PLAIN, {}],
  ['draft', null, {}],
  ['closed', PLAIN, {}],
] as const)('a %s ticket on the way %j waits for %j', (state, route, expected) => {
  const who = { head: ['head', false], deputy: ['section', true], section: ['section', false] } as const;
  for (const [name, [role, standsIn]] of Object.entries(who)) {
    expect([name, waitsFor({ ...FRESH, state, route }, { id: 'me', role, standsIn })]).toEqual([
      name,
      (expected as Record<string, string | undefined>)[name],
    ]);
  }
  for (const role of ['operator', 'auditor', 'admin'] as const) {
    expect(waitsFor({ ...FRESH, state, route }, { id: 'me', role, standsIn: false })).toBeUndefined();
  }
});

test('who had a hand in it, or whose deputy did, is not asked again', () => {
  const person = (id: string) => ({ id, name: id, displayName: id, role: 'head', vendor: null }) as const;
  const two = { state: 'filed', route: { filing: true, approvals: 2, emergency: false } } as const;
  const asks = (by: string, deputyFor: string | null, filer = 'somebody') =>
    waitsFor(
      {
        ...two,
        filed: { by: person(filer), at: 1, deputyFor: null },
        approvals: [{ by: person(by), at: 2, deputyFor: deputyFor === null ? null : person(deputyFor) }],
      },
      { id: 'me', role: 'head', standsIn: false },
    );
  expect(asks('other', null)).toBe('decision');
  expect(asks('me', null)).toBeUndefined();
  expect(asks('deputy', 'me')).toBeUndefined();
  expect(asks('other', null, 'me')).toBeUndefined();
});
