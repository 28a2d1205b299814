import fc from 'fast-check';
import { expect, test } from 'vitest';
import { next, type SshLoginEvent, type SshLoginState, STARTED } from '../../identity/login/ssh-login-machine.ts';

const STATES: { readonly [name: string]: SshLoginState } = {
  started: STARTED,
  'started, two wrong passwords': { at: 'started', wrongPasswords: 2, wrongKeys: 0 },
  'started, nine unknown keys': { at: 'started', wrongPasswords: 0, wrongKeys: 9 },
  'first factor': { at: 'first-factor', factor: 'password', wrongCodes: 0 },
  'first factor, two wrong codes': { at: 'first-factor', factor: 'password', wrongCodes: 2 },
  'first factor, by key': { at: 'first-factor', factor: 'key:SHA256:x', wrongCodes: 0 },
  authenticated: { at: 'authenticated' },
  locked: { at: 'locked' },
};
const EVENTS: readonly SshLoginEvent[] = [
  { type: 'first-factor-right', factor: 'password' },
  { type: 'password-wrong' },
  { type: 'key-wrong' },
  { type: 'code-right' },
  { type: 'code-wrong' },
  { type: 'code-recent' },
];
// first-factor-right, password-wrong, key-wrong, code-right, code-wrong, code-recent
const TABLE: { readonly [name: string]: readonly SshLoginState['at'][] } = {
  started: ['first-factor', 'started', 'started', 'started', 'started', 'started'],
  'started, two wrong passwords': ['first-factor', 'locked', 'started', 'started', 'started', 'started'],
  'started, nine unknown keys': ['first-factor', 'started', 'locked', 'started', 'started', 'started'],
  'first factor': ['first-factor', 'first-factor', 'first-factor', 'authenticated', 'first-factor', 'first-factor'],
  'first factor, by key': [
    'first-factor',
    'first-factor',
    'first-factor',
    'authenticated',
    'first-factor',
    'authenticated',
  ],
  'first factor, two wrong codes': [
    'first-factor',
    'first-factor',
    'first-factor',
    'authenticated',
    'locked',
    'first-factor',
  ],
  authenticated: ['authenticated', 'authenticated', 'authenticated', 'authenticated', 'authenticated', 'authenticated'],
  locked: ['locked', 'locked', 'locked', 'locked', 'locked', 'locked'],
};

test.each(
  Object.entries(STATES).flatMap(([name, state]) =>
    EVENTS.map((event, index) => [name, event.type, TABLE[name]?.[index], state, event] as const),
  ),
)('a login that is at “%s” and hears %s is %s (R15)', (_name, _type, expected, state, event) => {
  expect(next(state, event).at).toBe(expected);
});

test('nobody is authenticated without a first factor and then a code (R15)', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 30 }), (events) => {
      let state: SshLoginState = STARTED;
      let first = false;
      for (const event of events) {
        const before: string = state.at;
        state = next(state, event);
        const after: string = state.at;
        if (before === 'started' && after === 'first-factor') first = true;
        if (before !== 'authenticated' && after === 'authenticated') {
          expect([first, event.type]).toEqual([true, 'code-right']);
        }
      }
    }),
  );
});
