// Signing in on the web: name, password and code in one act, one answer. The password is hashed outside any
// transaction; the account is read again before anything is granted.

import type { AppendEvidence } from '../../audit/event.ts';
import { canonicalAddress } from '../../store/core/address.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { Database, Tx } from '../../store/database.ts';
import { lockedOut, lockOnSignIn } from '../locks/lock.ts';
import { locksInForce } from '../locks/lock-repository.ts';
import type { Account } from '../people/account.ts';
import { findAccountByName } from '../people/account-repository.ts';
import type { Vault } from '../vault/vault.ts';
import { type AuthenticatedUser, type Identification, vouch } from './authenticated-user.ts';
import { recordFailure, recordSuccess } from './login-evidence.ts';
import { loginRefused } from './login-refusals.ts';
import type { Passwords } from './password.ts';
import { charge } from './throttle.ts';
import { acceptCode, matchingStep, newTotpSecret, rightStep } from './totp.ts';
import { typedName } from './typed-name.ts';

export interface SignInBody {
  readonly name: string;
  readonly password: string;
  readonly code: string;
}

export interface LoginUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly vault: Vault;
  readonly passwords: Passwords;
}

export interface WebSignIn {
  /** Throws `login.refused` whatever was wrong, `login.throttled` or `login.busy`. */
  signIn(body: SignInBody, source: string): Promise<AuthenticatedUser>;
}

export function createWebSignIn(uses: LoginUses): WebSignIn {
  const { database, clock, append, passwords, vault } = uses;
  return {
    async signIn(body, from) {
      const now = clock.now();
      const attempt = { name: typedName(body.name), source: canonicalAddress(from) };
      const { charged, found } = await database.transaction(async (tx) => ({
        charged: await charge(tx, attempt, now),
        found: await findAccountByName(tx, attempt.name),
      }));
      const hash = found?.factors?.passwordHash ?? null;
      const right = await passwords.verify(body.password, hash);
      const identification = await database.transaction(async (tx) => {
        const account = await findAccountByName(tx, attempt.name);
        if (account !== undefined && (await passes(tx, vault, account, { hash, right, code: body.code, now }))) {
          const signedIn: Identification = {
            account: account.person,
            via: 'web',
            source: attempt.source,
            factors: ['password', 'totp'],
            at: now,
          };
          const { id, vendor } = account.person;
          const reach = { account: id, vendor, source: attempt.source };
          if (lockOnSignIn(await locksInForce(tx, now), reach) !== undefined) {
            // Said to whoever has both factors, and to nobody else.
            await recordFailure(tx, append, charged, attempt, { via: 'web', factor: 'lock' });
            return 'locked';
          }
          await recordSuccess(tx, append, charged, signedIn);
          return signedIn;
        }
        // As much work as for a name that exists.
        if (account === undefined) matchingStep(newTotpSecret(), body.code, now);
        await recordFailure(tx, append, charged, attempt, { via: 'web', factor: 'password+totp' });
        return undefined;
      });
      if (identification === 'locked') throw lockedOut();
      if (identification === undefined) throw loginRefused();
      return vouch(identification);
    },
  };
}

interface Answer {
  readonly hash: string | null;
  readonly right: boolean;
  readonly code: string;
  readonly now: number;
}

// The code is looked at even where the password was wrong, so that the time says nothing; it is used up only where
// the password was right, so that guesses cannot burn somebody's codes.
async function passes(tx: Tx, vault: Vault, account: Account, { hash, right, code, now }: Answer): Promise<boolean> {
  const unchanged = account.factors !== null && account.factors.passwordHash === hash;
  if (!right || !unchanged) {
    rightStep(vault, account, code, now);
    return false;
  }
  return acceptCode(tx, vault, account, code, now);
}
