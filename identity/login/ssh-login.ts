// Logging in over SSH: a password or a key, then a code. The name is fixed at the start. Every step reads the account
// again, so somebody who departs between two steps does not get in; steps of one login run one after another, however
// fast the client sends them.

import { canonicalAddress } from '../../store/core/address.ts';
import type { Tx } from '../../store/database.ts';
import type { Account } from '../people/account.ts';
import { findAccountByName } from '../people/account-repository.ts';
import { findKeyOf } from '../people/public-key-repository.ts';
import { type AuthenticatedUser, type Identification, vouch } from './authenticated-user.ts';
import { recordFailure, recordSuccess } from './login-evidence.ts';
import { loginRefused } from './login-refusals.ts';
import { next, type SshLoginEvent, type SshLoginState, STARTED } from './ssh-login-machine.ts';
import { type Attempt, type Charge, charge, refund } from './throttle.ts';
import { acceptCode } from './totp.ts';
import { typedName } from './typed-name.ts';
import type { LoginUses } from './web-sign-in.ts';

/** Each method throws `login.refused` once this login is over, and `login.throttled` when somebody guessed too often. */
export interface SshLogin {
  /** True when this was the account's password; ask for the code next. */
  password(text: string): Promise<boolean>;
  /** Whether a signature by this key would be accepted (SSH_MSG_USERAUTH_PK_OK). `blob`: base64 of the wire form. */
  offersKey(blob: string): Promise<boolean>;
  /** The caller has verified a signature by this key over this very session. */
  key(signed: { readonly blob: string }): Promise<boolean>;
  /** Throws `login.refused` when the code was wrong, old or used; the client may try again until the login is over. */
  code(text: string): Promise<AuthenticatedUser>;
  readonly state: SshLoginState['at'];
}

export interface SshLogins {
  /** `name`: the account's, without target and login. Both are attacker-controlled. */
  start(name: string, source: string): SshLogin;
}

export function createSshLogins(uses: LoginUses): SshLogins {
  return { start: (name, source) => new Login(uses, { name: typedName(name), source: canonicalAddress(source) }) };
}

class Login implements SshLogin {
  readonly #uses: LoginUses;
  readonly #attempt: Attempt;
  #state: SshLoginState = STARTED;
  /** What the first factor rested on; it must still hold when the code comes. */
  #stillHolds: (tx: Tx, account: Account) => Promise<boolean> = async () => false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(uses: LoginUses, attempt: Attempt) {
    this.#uses = uses;
    this.#attempt = attempt;
  }

  get state(): SshLoginState['at'] {
    return this.#state.at;
  }

  password(text: string): Promise<boolean> {
    return this.#inTurn('started', () => this.#password(text));
  }

  offersKey(blob: string): Promise<boolean> {
    return this.#inTurn('started', async () => {
      const fingerprint = await this.#uses.database.transaction((tx) => this.#knownKey(tx, blob));
      if (fingerprint === undefined) this.#step({ type: 'key-wrong' });
      return fingerprint !== undefined;
    });
  }

  key({ blob }: { readonly blob: string }): Promise<boolean> {
    return this.#inTurn('started', () => this.#key(blob));
  }

  code(text: string): Promise<AuthenticatedUser> {
    return this.#inTurn('first-factor', () => this.#code(text));
  }

  async #password(text: string): Promise<boolean> {
    const { database, clock, append, passwords } = this.#uses;
    const { charged, hash } = await database.transaction(async (tx) => ({
      charged: await charge(tx, this.#attempt, clock.now()),
      hash: (await this.#account(tx))?.factors?.passwordHash ?? null,
    }));
    const right = await passwords.verify(text, hash);
    await database.transaction((tx) =>
      right
        ? refund(tx, charged)
        : recordFailure(tx, append, charged, this.#attempt, { via: 'ssh', factor: 'password' }),
    );
    if (right) this.#stillHolds = async (_tx, account) => account.factors?.passwordHash === hash;
    this.#step(right ? { type: 'first-factor-right', factor: 'password' } : { type: 'password-wrong' });
    return right;
  }

  async #key(blob: string): Promise<boolean> {
    const { database, clock, append } = this.#uses;
    const fingerprint = await database.transaction(async (tx) => {
      const charged = await charge(tx, this.#attempt, clock.now());
      const known = await this.#knownKey(tx, blob);
      if (known === undefined) await recordFailure(tx, append, charged, this.#attempt, { via: 'ssh', factor: 'key' });
      else await refund(tx, charged);
      return known;
    });
    if (fingerprint === undefined) {
      this.#step({ type: 'key-wrong' });
      return false;
    }
    this.#stillHolds = async (tx) => (await this.#knownKey(tx, blob)) !== undefined;
    this.#step({ type: 'first-factor-right', factor: `key:${fingerprint}` });
    return true;
  }

  async #code(text: string): Promise<AuthenticatedUser> {
    const { database, clock, append } = this.#uses;
    const now = clock.now();
    const factors = this.#state.at === 'first-factor' ? [this.#state.factor, 'totp'] : [];
    const identification = await database.transaction(async (tx) => {
      const charged = await charge(tx, this.#attempt, now);
      const account = await this.#account(tx);
      if (account !== undefined && (await this.#accepts(tx, account, text, now))) {
        const { source } = this.#attempt;
        const signedIn: Identification = { account: account.person, via: 'ssh', source, factors, at: now };
        await recordSuccess(tx, append, charged, signedIn);
        return signedIn;
      }
      await this.#wrongCode(tx, charged);
      return undefined;
    });
    this.#step({ type: identification === undefined ? 'code-wrong' : 'code-right' });
    if (identification === undefined) throw loginRefused();
    return vouch(identification);
  }

  async #accepts(tx: Tx, account: Account, code: string, now: number): Promise<boolean> {
    return (await this.#stillHolds(tx, account)) && (await acceptCode(tx, this.#uses.vault, account, code, now));
  }

  #wrongCode(tx: Tx, charged: Charge): Promise<void> {
    return recordFailure(tx, this.#uses.append, charged, this.#attempt, { via: 'ssh', factor: 'totp' });
  }

  /** The account, if it may log in at all. */
  async #account(tx: Tx): Promise<Account | undefined> {
    const account = await findAccountByName(tx, this.#attempt.name);
    return account?.state === 'active' ? account : undefined;
  }

  async #knownKey(tx: Tx, blob: string): Promise<string | undefined> {
    const account = await this.#account(tx);
    return account && (await findKeyOf(tx, account.person.id, blob))?.fingerprint;
  }

  #step(event: SshLoginEvent): void {
    this.#state = next(this.#state, event);
  }

  #inTurn<T>(expected: SshLoginState['at'], work: () => Promise<T>): Promise<T> {
    const turn = this.#running.then(() => {
      if (this.#state.at !== expected) throw loginRefused();
      return work();
    });
    this.#running = turn.catch(() => undefined);
    return turn;
  }
}
