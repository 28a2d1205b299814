// An account: one person, one role, for ever. invited → active → departed, and departed is final.

import type { AccountId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { AccountState, Role } from '../../store/schema/states.ts';
import type { IdentityCheck } from './identity-check.ts';

/** An account as other people see it. */
export interface Person {
  readonly id: AccountId;
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  /** The company an outside engineer works for; null for the centre's own people. */
  readonly vendor: string | null;
}

export interface Account {
  readonly person: Person;
  readonly state: AccountState;
  readonly createdAt: number;
  readonly departedAt: number | null;
  /** Null for accounts from before identities were checked. */
  readonly identity: IdentityCheck | null;
  /** Sealed or hashed; null unless the account is active. */
  readonly factors: { readonly passwordHash: string; readonly totpSecret: string; readonly totpStep: number } | null;
  readonly version: number;
}

export const ACCOUNT_NAME = /^[a-z][a-z0-9-]{1,30}$/;

export const accountAbsent = defineRefusal('account.absent', 'absent', () => ({
  zh: '没有这个账号',
  en: 'there is no such account',
}));

export const accountNotActive = defineRefusal('account.not-active', 'unauthenticated', () => ({
  zh: '该账号已停用',
  en: 'this account is not active',
}));

export const accountChanged = defineRefusal('account.changed', 'conflict', () => ({
  zh: '账号刚刚被更改，请刷新后再试',
  en: 'the account has just been changed; look again and retry',
}));
