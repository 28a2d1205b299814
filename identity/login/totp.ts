// The second factor (RFC 6238: SHA-1, six digits, 30 s, one step of tolerance each way). One function accepts a code,
// whatever the door: the accepted step must be later than the last accepted one, decided by compare-and-set, so a code
// works once on all doors together.

import { generateSecret, generateURI, verifySync } from 'otplib';
import { Secret } from '../../store/core/secret.ts';
import type { Tx } from '../../store/database.ts';
import type { Account } from '../people/account.ts';
import { advanceTotpStep } from '../people/account-repository.ts';
import type { Vault } from '../vault/vault.ts';

const PERIOD_S = 30;
const ISSUER = 'Sluice';

export const totpContext = (accountId: string): string => `totp:${accountId}`;

/** 160 random bits in base 32. */
export function newTotpSecret(): Secret {
  return Secret.ofText(generateSecret({ length: 20 }));
}

/** `otpauth://totp/…`, for a QR code. */
export function otpauthUri(secret: Secret, name: string): string {
  return generateURI({ issuer: ISSUER, label: name, secret: secret.revealText(), digits: 6, period: PERIOD_S });
}

/** The time step the code belongs to, among the previous, the present and the next; undefined when none. Pure. */
export function matchingStep(secret: Secret, code: string, now: number): number | undefined {
  if (!/^[0-9]{6}$/.test(code)) return undefined;
  const result = verifySync({
    strategy: 'totp',
    secret: secret.revealText(),
    token: code,
    epoch: Math.floor(now / 1000),
    epochTolerance: PERIOD_S,
    period: PERIOD_S,
    digits: 6,
    algorithm: 'sha1',
  });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}

/** True when this code was right, new, and ours by compare-and-set. False for accounts that are not active. */
export async function acceptCode(tx: Tx, vault: Vault, account: Account, code: string, now: number): Promise<boolean> {
  const step = rightStep(vault, account, code, now);
  return step !== undefined && (await advanceTotpStep(tx, account.person.id, step));
}

/** The step of a right and new code, without using it up. */
export function rightStep(vault: Vault, account: Account, code: string, now: number): number | undefined {
  if (account.state !== 'active' || account.factors === null) return undefined;
  const secret = vault.open(account.factors.totpSecret, totpContext(account.person.id));
  const step = matchingStep(secret, code, now);
  secret.wipe();
  return step !== undefined && step > account.factors.totpStep ? step : undefined;
}
