// Logging in over SSH: a password or a key, then a code, unless the key's code was asked for a moment ago. The name is fixed at the start. Every step reads the account
// again, so somebody who departs between two steps does not get in; steps of one login run one after another, however
// fast the client sends them.

import { canonicalAddress } from '../../store/core/address.ts';
import type { Tx } from '../../store/database.ts';
import type { Account } from '../people/account.ts';
import { findAccountByName } from '../people/account-repository.ts';
import { findKeyOf } from '../people/public-key-repository.ts';
import { type AuthenticatedUser, type Identification, vouch } from './authenticated-user.ts';
import { recordAbandoned, recordFailure, recordRecent, recordSuccess } from './login-evidence.ts';
import { loginRefused } from './login-refusals.ts';
import type { RecentCode, RecentCodes, RecentUse } from './recent-code.ts';
import { next, type SshLoginEvent, type SshLoginState, STARTED } from './ssh-login-machine.ts';
import { type Attempt, type Charge, charge, lockedSince, refund } from './throttle.ts';
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
  /** After a key: signed in at once, where this key's code was asked for here a moment ago; undefined otherwise. */
  recentCode(): Promise<AuthenticatedUser | undefined>;
  /** The client is gone. One that showed a first factor and tried no code is written down. */
  left(): Promise<void>;
  readonly state: SshLoginState['at'];
}

export interface SshLogins {
  /**
   * `name`: the account's, without target and login; `typed`: the whole user name, for which a code is remembered, and
   * without which none is. Both are attacker-controlled.
   */
  start(name: string, source: string, typed?: string): SshLogin;
}

export interface SshLoginUses extends LoginUses {
  readonly codes: RecentCodes;
}

export function createSshLogins(uses: SshLoginUses): SshLogins {
  return {
    start: (name, source, typed) =>
      new Login(uses, { name: typedName(name), source: canonicalAddress(source) }, typed?.normalize('NFC')),
  };
}

class Login implements SshLogin {
  readonly #uses: SshLoginUses;
  readonly #attempt: Attempt;
  readonly #typed: string | undefined;
  /** The key that was the first factor. */
  #blob: string | undefined;
  #state: SshLoginState = STARTED;
  /** What the first factor rested on; it must still hold when the code comes. */
  #stillHolds: (tx: Tx, account: Account) => Promise<boolean> = async () => false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(uses: SshLoginUses, attempt: Attempt, typed: string | undefined) {
    this.#uses = uses;
    this.#attempt = attempt;
    this.#typed = typed;
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

  recentCode(): Promise<AuthenticatedUser | undefined> {
    return this.#inTurn('first-factor', () => this.#recentCode());
  }

  left(): Promise<void> {
    const { database, append } = this.#uses;
    // A code under way still decides.
    const turn = this.#running.then(async () => {
      if (this.#state.at !== 'first-factor' || this.#state.wrongCodes > 0) return;
      await database.transaction((tx) => recordAbandoned(tx, append, this.#attempt));
    });
    this.#running = turn.catch(() => undefined);
    return turn;
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
    this.#blob = blob;
    this.#stillHolds = async (tx) => (await this.#knownKey(tx, blob)) !== undefined;
    this.#step({ type: 'first-factor-right', factor: `key:${fingerprint}` });
    return true;
  }

  async #code(text: string): Promise<AuthenticatedUser> {
    const { database, clock, append, codes } = this.#uses;
    const now = clock.now();
    const factors = this.#factors();
    const accepted = await database.transaction(async (tx) => {
      const charged = await charge(tx, this.#attempt, now);
      const account = await this.#account(tx);
      if (account !== undefined && (await this.#accepts(tx, account, text, now))) {
        const { source } = this.#attempt;
        const signedIn: Identification = { account: account.person, via: 'ssh', source, factors, at: now };
        await recordSuccess(tx, append, charged, signedIn);
        return { signedIn, use: await this.#use(tx, account), code: { at: now, factors: account.factors } };
      }
      await this.#wrongCode(tx, charged);
      return undefined;
    });
    this.#step({ type: accepted === undefined ? 'code-wrong' : 'code-right' });
    if (accepted === undefined) throw loginRefused();
    const { use, code } = accepted;
    if (use !== undefined && code.factors !== null) codes.remember(use, { ...code, factors: code.factors });
    return vouch(accepted.signedIn);
  }

  async #recentCode(): Promise<AuthenticatedUser | undefined> {
    const { database, clock, append } = this.#uses;
    const now = clock.now();
    const signedIn = await database.transaction(async (tx): Promise<Identification | undefined> => {
      const account = await this.#account(tx);
      const code = account && (await this.#remembered(tx, account));
      if (account === undefined || code === undefined) return undefined;
      const { source } = this.#attempt;
      const found: Identification = { account: account.person, via: 'ssh', source, factors: this.#factors(), at: now };
      await recordRecent(tx, append, found, code.at);
      return found;
    });
    if (signedIn === undefined) return undefined;
    this.#step({ type: 'code-recent' });
    return vouch(signedIn);
  }

  /** The remembered code, if everything it rests on still stands. */
  async #remembered(tx: Tx, account: Account): Promise<RecentCode | undefined> {
    const use = await this.#use(tx, account);
    const code = use && this.#uses.codes.find(use);
    if (use === undefined || code === undefined) return undefined;
    const same =
      account.factors?.passwordHash === code.factors.passwordHash &&
      account.factors.totpSecret === code.factors.totpSecret;
    if (same && !(await lockedSince(tx, this.#attempt, code.at))) return code;
    this.#uses.codes.forget(use);
    return undefined;
  }

  /** What a code may be remembered for; undefined without a key or without a whole user name. */
  async #use(tx: Tx, account: Account): Promise<RecentUse | undefined> {
    if (this.#blob === undefined || this.#typed === undefined) return undefined;
    const key = await findKeyOf(tx, account.person.id, this.#blob);
    const { source } = this.#attempt;
    return key && { account: account.person.id, key: key.id, typed: this.#typed, source };
  }

  #factors(): readonly string[] {
    return this.#state.at === 'first-factor' ? [this.#state.factor, 'totp'] : [];
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
