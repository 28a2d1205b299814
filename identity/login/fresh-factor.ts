// The proof that the person at the keyboard gave their second factor just now, for this one act. Spent by the act.

import type { AppendEvidence } from '../../audit/event.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { AccountId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database } from '../../store/database.ts';
import { requireActive } from '../people/account-repository.ts';
import { actorOf } from '../permission.ts';
import type { Vault } from '../vault/vault.ts';
import type { AuthenticatedUser } from './authenticated-user.ts';
import { charge, clear, recordLocks } from './throttle.ts';
import { acceptCode } from './totp.ts';

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
  | 'notice.manage'
  | 'custodian.manage'
  | 'session.unseal'
  | 'channel.open';

class FreshFactor {
  readonly account: AccountId;
  readonly act: FreshAct;
  readonly at: number;
  #spent = false;

  constructor(account: AccountId, act: FreshAct, at: number) {
    this.account = account;
    this.act = act;
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
  zh: '动态口令不正确或已使用过，请等待下一个动态口令',
  en: 'the code is wrong or was used before; wait for the next one',
}));

export const stepUpRequired = defineRefusal('step-up.required', 'forbidden', () => ({
  zh: '此操作需要重新输入动态口令',
  en: 'this act needs a new code',
}));

export interface StepUpUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly vault: Vault;
}

export type StepUp = (user: AuthenticatedUser, code: string, act: FreshAct) => Promise<FreshFactor>;

/** Throws `step-up.refused`, `login.throttled` or `account.not-active`. Failures count like failed logins. */
export function createStepUp({ database, clock, append, vault }: StepUpUses): StepUp {
  return async (user, code, act) => {
    const now = clock.now();
    const attempt = { name: user.account.name, source: user.source };
    const accepted = await database.transaction(async (tx) => {
      const charged = await charge(tx, attempt, now);
      const account = await requireActive(tx, user);
      if (await acceptCode(tx, vault, account, code, now)) {
        await clear(tx, charged, now);
        return true;
      }
      const actor = actorOf(user);
      await append(tx, {
        type: 'step-up.failed',
        actor,
        source: user.source,
        details: { account: user.account.id, act },
      });
      await recordLocks(tx, append, charged, actor, user.source);
      return false;
    });
    if (!accepted) throw stepUpRefused();
    return new FreshFactor(user.account.id, act, clock.monotonic());
  };
}

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
  if (!fits || !fresh.spend()) throw stepUpRequired();
}
