// A lock shuts out one person, one vendor's people, one target, one network, or everything, from the moment it is placed
// until it ends or is lifted. What it means for somebody is pure.

import type { AccountId, LockId, TargetId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { unreachable } from '../../store/core/unreachable.ts';
import type { LockScope } from '../../store/schema/states.ts';
import { containsAddress } from '../login/source-block.ts';

export interface Lock {
  readonly id: LockId;
  readonly scope: LockScope;
  /** An account's id, a vendor's name, a target's id, an address or block; null of everything. */
  readonly subject: string | null;
  readonly reason: string;
  readonly placedBy: AccountId;
  /** Milliseconds since 1970; it holds until `endsAt`, which does not belong to it. */
  readonly placedAt: number;
  readonly endsAt: number;
  /** Of everything: who asked that it be lifted; another person has to agree. */
  readonly liftAskedBy: AccountId | null;
}

/** Somebody who would get in, and where. */
export interface Reach {
  readonly account: AccountId;
  readonly vendor: string | null;
  readonly source: string;
}

export const LONGEST_LOCK_MS = 366 * 86_400_000;

export const lockInvalid = defineRefusal('lock.invalid', 'invalid', () => ({
  zh: '封锁对象或期限有误：请选择一名在用人员、一家供应商、一台资产或一个网段，期限在一年以内',
  en: 'a lock names a person, a vendor, a target or a network there is, and ends within a year',
}));

export const lockAbsent = defineRefusal('lock.absent', 'absent', () => ({
  zh: '没有这项封锁，或它已经解除',
  en: 'there is no such lock, or it is over',
}));

export const locksOwnWay = defineRefusal('duty.locks-self', 'forbidden', () => ({
  zh: '不能封锁自己或自己所在的网段',
  en: 'nobody locks themselves out, nor the network they come from',
}));

export const onlyHeadsLockHeads = defineRefusal('duty.only-heads-lock-heads', 'forbidden', () => ({
  zh: '中心负责人只能由另一名中心负责人封锁或解除封锁',
  en: 'a head is locked out, and let in again, by another head',
}));

export const liftsAlone = defineRefusal('duty.lifts-lockdown-alone', 'forbidden', () => ({
  zh: '全面封锁须由两人解除，其中一人为中心负责人；请另一人确认',
  en: 'a full lockdown is lifted by two people, one of them a head; somebody else has to agree',
}));

export const lockedOut = defineRefusal('access.locked', 'forbidden', () => ({
  zh: '访问已被临时封锁，请联系本中心',
  en: 'access is locked for now; ask the centre',
}));

/** What keeps this person out wherever they go. */
export function lockOn(locks: readonly Lock[], reach: Reach): Lock | undefined {
  return locks.find((lock) => keepsOut(lock, reach));
}

function keepsOut({ scope, subject }: Lock, { account, vendor, source }: Reach): boolean {
  switch (scope) {
    case 'everything':
      return true;
    case 'person':
      return subject === account;
    case 'vendor':
      return vendor !== null && subject === vendor;
    case 'source':
      return subject !== null && containsAddress([subject], source);
    case 'target':
      return false;
    default:
      return unreachable(scope);
  }
}

/** The same at the door of the page: there everything is not locked, or nobody could lift it. */
export function lockOnSignIn(locks: readonly Lock[], reach: Reach): Lock | undefined {
  return lockOn(
    locks.filter(({ scope }) => scope !== 'everything'),
    reach,
  );
}

export function isTargetLocked(locks: readonly Lock[], target: TargetId): boolean {
  return locks.some(({ scope, subject }) => scope === 'target' && subject === target);
}
