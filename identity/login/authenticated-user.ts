// The proof that somebody signed in with two factors. Only sign-in, the SSH login and a resolved browser session may
// import `vouch`; a test says so.

import type { Person } from '../people/account.ts';

export interface Identification {
  readonly account: Person;
  readonly via: 'web' | 'ssh';
  /** The network address they come from now. */
  readonly source: string;
  /** What they proved: `password` or `key:SHA256:…`, and `totp` or `passkey:psk_…`. */
  readonly factors: readonly string[];
  /** When they signed in. */
  readonly at: number;
  /** Which browser session they were found by: the hash of its token. Absent on every other door. */
  readonly browserSession?: string;
}

class AuthenticatedUser implements Identification {
  readonly account: Person;
  readonly via: 'web' | 'ssh';
  readonly source: string;
  readonly factors: readonly string[];
  readonly at: number;
  readonly browserSession?: string;
  readonly #vouched = true;

  constructor({ account, via, source, factors, at, browserSession }: Identification) {
    this.account = account;
    this.via = via;
    this.source = source;
    this.factors = factors;
    this.at = at;
    if (browserSession !== undefined) this.browserSession = browserSession;
    Object.freeze(this);
  }

  static isVouched(value: unknown): value is AuthenticatedUser {
    return typeof value === 'object' && value !== null && #vouched in value && value.#vouched;
  }
}

export type { AuthenticatedUser };

export function vouch(identification: Identification): AuthenticatedUser {
  return new AuthenticatedUser(identification);
}

/** For the few places where a forged object would be worst: types are gone at run time, this is not. */
export const isAuthenticated = AuthenticatedUser.isVouched;
