// Who somebody is, as a paper showed it. One person, one account: the number is never kept, only a keyed digest of it,
// which tells whether two accounts belong to the same person and nothing else to whoever lacks the key.

import type { AccountId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { Secret } from '../../store/core/secret.ts';
import type { IdentityDocument } from '../../store/schema/identity-document.ts';
import type { Vault } from '../vault/vault.ts';

/** Attacker-controlled. */
export interface IdentityBody {
  readonly document: IdentityDocument;
  /** As printed; spaces and the case of letters do not matter. */
  readonly number: string;
}

export interface IdentityCheck {
  readonly document: IdentityDocument;
  /** HMAC-SHA-256, hex. */
  readonly digest: string;
  /** Who saw the paper. */
  readonly seenBy: AccountId;
  readonly seenAt: number;
}

export const identityNumberInvalid = defineRefusal('identity.number-invalid', 'invalid', () => ({
  zh: '证件号码有误，请对照证件核对后重新填写',
  en: 'this is not the number of such a document; compare it with the paper',
}));

export const samePerson = defineRefusal<{ name: string }>('account.same-person', 'conflict', ({ name }) => ({
  zh: `该人员已有账号 ${name}，一人只能有一个账号`,
  en: `this person has the account ${name} already; a person has one account`,
}));

export const identityKnown = defineRefusal('account.identity-known', 'conflict', () => ({
  zh: '该账号已登记身份核验，不能更改',
  en: 'the identity behind this account is on record and does not change',
}));

/** Throws `identity.number-invalid`. `today`: nobody is born later, `YYYYMMDD`. */
export function identityDigest(vault: Vault, { document, number }: IdentityBody, today: string): string {
  const plain = number.normalize('NFKC').replace(/\s/gu, '').toUpperCase();
  if (!FORMS[document](plain, today)) throw identityNumberInvalid();
  return vault.digest(Secret.ofText(`${document}\n${plain}`), 'identity');
}

const FORMS: { readonly [D in IdentityDocument]: (number: string, today: string) => boolean } = {
  'resident-id': isResidentId,
  passport: (number) => /^[A-Z0-9]{5,20}$/.test(number),
  other: (number) => /^[\p{L}\p{N}()/-]{4,40}$/u.test(number),
};

const WEIGHTS: readonly number[] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11643: six digits of a region, the day of birth, three of an order, and a check character by ISO 7064 MOD 11-2. */
function isResidentId(number: string, today: string): boolean {
  if (!/^[1-9]\d{16}[\dX]$/.test(number)) return false;
  const sum = WEIGHTS.reduce((all, weight, nth) => all + weight * Number(number[nth]), 0);
  if (number[17] !== '10X98765432'[sum % 11]) return false;
  const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)];
  const born = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(born.getTime()) || born.toISOString().slice(8, 10) !== day) return false;
  return year >= '1900' && `${year}${month}${day}` <= today;
}
