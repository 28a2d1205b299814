// The proof that the person at the keyboard gave their second factor just now, a code or on the web a passkey, for this
// one act. Spent by the act.

import type { Clock } from '../../store/core/clock.ts';
import type { AccountId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { requireActive } from '../people/account-repository.ts';
import { actorOf } from '../permission.ts';
import type { AuthenticatedUser } from './authenticated-user.ts';
import { accept, type FactorName, lookAt, type SecondFactor, type SecondFactorUses } from './second-factor.ts';
import { charge, clear, recordLocks } from './throttle.ts';

export type FreshAct =
  | 'ticket.approve'
  | 'ticket.revoke'
  | 'extension.grant'
  | 'deputy.appoint'
  | 'route.manage'
  | 'freeze.lift'
  | 'record.approve'
  | 'account.depart'
  | 'lock.lift'
  | 'key.add'
  | 'key.remove'
  | 'passkey.add'
  | 'passkey.remove'
  | 'notice.manage'
  | 'custodian.manage'
  | 'session.unseal'
  | 'channel.open';

class FreshFactor {
  readonly account: AccountId;
  readonly act: FreshAct;
  readonly by: FactorName;
  readonly at: number;
  #spent = false;

  constructor(account: AccountId, act: FreshAct, by: FactorName, at: number) {
    this.account = account;
    this.act = act;
    this.by = by;
    this.at = at;
  }

  static isMade(value: object): boolean {
    return #spent in value;
  }

  spend(): boolean {
    const unspent = !this.#spent;
    this.#spent = true;
    return unspent;
  }
}

export type { FreshFactor };

export const stepUpRefused = defineRefusal('step-up.refused', 'forbidden', () => ({
  zh: '动态口令不正确或已使用过，请等待下一个动态口令；用通行密钥时，请再试一次',
  en: 'the code is wrong or was used before; wait for the next one. With a passkey, try once more',
}));

export const stepUpRequired = defineRefusal('step-up.required', 'forbidden', () => ({
  zh: '此操作需要重新输入动态口令',
  en: 'this act needs a new code',
}));

export interface StepUpUses extends SecondFactorUses {
  readonly clock: Clock;
}

export type StepUp = (user: AuthenticatedUser, given: SecondFactor, act: FreshAct) => Promise<FreshFactor>;

/** Throws `step-up.refused`, `login.throttled` or `account.not-active`. Failures count like failed logins. */
export function createStepUp(uses: StepUpUses): StepUp {
  const { database, clock, append } = uses;
  return async (user, given, act) => {
    const now = clock.now();
    const { source } = user;
    const attempt = { name: user.account.name, source };
    const charged = await database.transaction(async (tx) => {
      await requireActive(tx, user);
      return charge(tx, attempt, now);
    });
    const looked = await lookAt(uses, given, 'step-up', user.browserSession);
    const by = await database.transaction(async (tx) => {
      const account = await requireActive(tx, user);
      const actor = actorOf(user);
      const accepted = await accept(uses, tx, looked, { account, source, now });
      if (accepted === undefined) {
        const factor = looked.kind === 'passkey' ? { factor: 'passkey' as const } : {};
        const details = { account: account.person.id, act, ...factor };
        await append(tx, { type: 'step-up.failed', actor, source, details });
        await recordLocks(tx, append, charged, actor, source);
        return undefined;
      }
      await clear(tx, charged, now);
      if (looked.kind === 'passkey' && looked.by !== undefined) {
        const details = { account: account.person.id, passkey: looked.by.passkey.id, act };
        await append(tx, { type: 'passkey.used', actor, source, details });
      }
      return accepted;
    });
    if (by === undefined) throw stepUpRefused();
    return new FreshFactor(user.account.id, act, by, clock.monotonic());
  };
}

/** A passkey cannot make another one: whoever found one unguarded would stay. */
const CODE_ONLY: ReadonlySet<FreshAct> = new Set(['passkey.add']);
const VALID_MS = 60_000;

/** Uses the proof up; throws `step-up.required` when it is missing, another's, for another act, old, or used before. */
export function spendFreshFactor(
  fresh: FreshFactor | undefined,
  user: AuthenticatedUser,
  act: FreshAct,
  clock: Clock,
): void {
  if (fresh === undefined || !FreshFactor.isMade(fresh)) throw stepUpRequired();
  const fits = fresh.account === user.account.id && fresh.act === act && clock.monotonic() - fresh.at <= VALID_MS;
  if (CODE_ONLY.has(act) && fresh.by !== 'totp') throw stepUpRequired();
  if (!fits || !fresh.spend()) throw stepUpRequired();
}
