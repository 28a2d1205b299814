// Signing in on the web: name, password and second factor in one act, one answer, so that nobody learns of a password
// alone that it was right, nor of a name whether it has passkeys. The password is hashed outside any transaction; the
// account is read again before anything is granted.

import { canonicalAddress } from '../../store/core/address.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { Tx } from '../../store/database.ts';
import { lockedOut, lockOnSignIn } from '../locks/lock.ts';
import { locksInForce } from '../locks/lock-repository.ts';
import type { Account } from '../people/account.ts';
import { findAccountByName } from '../people/account-repository.ts';
import { type AuthenticatedUser, type Identification, vouch } from './authenticated-user.ts';
import { recordFailure, recordSuccess } from './login-evidence.ts';
import { loginRefused } from './login-refusals.ts';
import type { Passwords } from './password.ts';
import {
  accept,
  type FactorName,
  type Looked,
  lookAt,
  type SecondFactor,
  type SecondFactorUses,
  waste,
} from './second-factor.ts';
import { type Attempt, type Charge, charge } from './throttle.ts';
import { matchingStep, newTotpSecret } from './totp.ts';
import { typedName } from './typed-name.ts';

export interface SignInBody {
  readonly name: string;
  readonly password: string;
  readonly code: SecondFactor;
}

export interface LoginUses extends SecondFactorUses {
  readonly clock: Clock;
  readonly passwords: Passwords;
}

export interface WebSignIn {
  /** Throws `login.refused` whatever was wrong, `login.throttled` or `login.busy`. */
  signIn(body: SignInBody, source: string): Promise<AuthenticatedUser>;
}

export function createWebSignIn(uses: LoginUses): WebSignIn {
  const { database, clock, passwords } = uses;
  return {
    async signIn(body, from) {
      const now = clock.now();
      const attempt = { name: typedName(body.name), source: canonicalAddress(from) };
      const { charged, found } = await database.transaction(async (tx) => ({
        charged: await charge(tx, attempt, now),
        found: await findAccountByName(tx, attempt.name),
      }));
      const hash = found?.factors?.passwordHash ?? null;
      const looked = await lookAt(uses, body.code, 'sign-in');
      const right = await passwords.verify(body.password, hash);
      const answer = { attempt, charged, hash, right, looked, now };
      const identification = await database.transaction((tx) => judge(uses, tx, answer));
      if (identification === 'locked') throw lockedOut();
      if (identification === undefined) throw loginRefused();
      return vouch(identification);
    },
  };
}

interface Answer {
  readonly attempt: Attempt;
  readonly charged: Charge;
  /** Of the password, as it was when it was compared. */
  readonly hash: string | null;
  readonly right: boolean;
  readonly looked: Looked;
  readonly now: number;
}

/** Who that is, with what came of it written down. */
async function judge(uses: LoginUses, tx: Tx, answer: Answer): Promise<Identification | 'locked' | undefined> {
  const { append } = uses;
  const { attempt, charged, looked, now } = answer;
  const account = await findAccountByName(tx, attempt.name);
  const second = account && (await secondFactor(uses, tx, account, answer));
  if (account === undefined || second === undefined) {
    // As much work as for a name that exists.
    if (account === undefined && looked.kind === 'code') matchingStep(newTotpSecret(), looked.code, now);
    const factor = looked.kind === 'code' ? 'password+totp' : 'password+passkey';
    await recordFailure(tx, append, charged, attempt, { via: 'web', factor });
    return undefined;
  }
  const { id, vendor } = account.person;
  const { source } = attempt;
  if (lockOnSignIn(await locksInForce(tx, now), { account: id, vendor, source }) !== undefined) {
    // Said to whoever has both factors, and to nobody else.
    await recordFailure(tx, append, charged, attempt, { via: 'web', factor: 'lock' });
    return 'locked';
  }
  const factors = ['password', second];
  const signedIn: Identification = { account: account.person, via: 'web', source, factors, at: now };
  await recordSuccess(tx, append, charged, signedIn);
  return signedIn;
}

// A code is looked at even where the password was wrong, so that the time says nothing; the factor is used up only
// where the password was right, so that guesses cannot burn somebody's codes, nor move a counter.
async function secondFactor(
  uses: LoginUses,
  tx: Tx,
  account: Account,
  { attempt, hash, right, looked, now }: Answer,
): Promise<FactorName | undefined> {
  const unchanged = account.factors !== null && account.factors.passwordHash === hash;
  if (!right || !unchanged) {
    waste(uses, looked, account, now);
    return undefined;
  }
  return accept(uses, tx, looked, { account, source: attempt.source, now });
}
