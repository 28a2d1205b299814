// One SSH login, as states. Pure.
//
//   started      --password right, key right-->  first-factor
//   started      --third wrong password, tenth unknown key-->  locked
//   first-factor --code right, key's code recent-->  authenticated
//   first-factor --third wrong code-->  locked
//
// Nothing leads from a later state to an earlier one: a second first factor changes nothing, a code before the first
// factor is nothing.

import { unreachable } from '../../store/core/unreachable.ts';

export type SshLoginState =
  | { readonly at: 'started'; readonly wrongPasswords: number; readonly wrongKeys: number }
  | { readonly at: 'first-factor'; readonly factor: string; readonly wrongCodes: number }
  | { readonly at: 'authenticated' }
  | { readonly at: 'locked' };

export type SshLoginEvent =
  | { readonly type: 'first-factor-right'; readonly factor: string }
  | { readonly type: 'password-wrong' }
  | { readonly type: 'key-wrong' }
  | { readonly type: 'code-right' }
  /** Accepted earlier, with the same key: a password never rests on that. */
  | { readonly type: 'code-recent' }
  | { readonly type: 'code-wrong' };

export const STARTED: SshLoginState = { at: 'started', wrongPasswords: 0, wrongKeys: 0 };

const PASSWORDS = 3;
// Agents offer every key they hold.
const KEYS = 10;
const CODES = 3;

export function next(state: SshLoginState, event: SshLoginEvent): SshLoginState {
  switch (state.at) {
    case 'started':
      return afterStarted(state, event);
    case 'first-factor':
      return afterFirstFactor(state, event);
    case 'authenticated':
    case 'locked':
      return state;
    default:
      return unreachable(state);
  }
}

type At<S extends SshLoginState['at']> = Extract<SshLoginState, { at: S }>;

function afterStarted(state: At<'started'>, event: SshLoginEvent): SshLoginState {
  switch (event.type) {
    case 'first-factor-right':
      return { at: 'first-factor', factor: event.factor, wrongCodes: 0 };
    case 'password-wrong':
      return state.wrongPasswords + 1 >= PASSWORDS
        ? { at: 'locked' }
        : { ...state, wrongPasswords: state.wrongPasswords + 1 };
    case 'key-wrong':
      return state.wrongKeys + 1 >= KEYS ? { at: 'locked' } : { ...state, wrongKeys: state.wrongKeys + 1 };
    case 'code-right':
    case 'code-recent':
    case 'code-wrong':
      return state;
    default:
      return unreachable(event);
  }
}

function afterFirstFactor(state: At<'first-factor'>, event: SshLoginEvent): SshLoginState {
  switch (event.type) {
    case 'code-right':
      return { at: 'authenticated' };
    case 'code-recent':
      return state.factor.startsWith('key:') ? { at: 'authenticated' } : state;
    case 'code-wrong':
      return state.wrongCodes + 1 >= CODES ? { at: 'locked' } : { ...state, wrongCodes: state.wrongCodes + 1 };
    case 'first-factor-right':
    case 'password-wrong':
    case 'key-wrong':
      return state;
    default:
      return unreachable(event);
  }
}
