// The second factor, whichever it is: a code, or on the web what a passkey signed. Looking at it comes first and takes
// time; accepting it comes in the transaction of what it is given for, and uses it up there.

import type { AppendEvidence } from '../../audit/event.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Account } from '../people/account.ts';
import { advancePasskey, findPasskey, type Passkey } from '../people/passkey-repository.ts';
import type { Vault } from '../vault/vault.ts';
import { answeredBy, type PasskeyAnswer } from './passkey-answer.ts';
import type { Asked, PasskeyChallenges } from './passkey-challenges.ts';
import { acceptCode, rightStep } from './totp.ts';

/** Six digits, or what a passkey signed instead. */
export type SecondFactor = string | PasskeyAnswer;

/** What a factor was found to be; worth nothing until it is accepted. */
export type Looked =
  | { readonly kind: 'code'; readonly code: string }
  | {
      readonly kind: 'passkey';
      /** Whose signature it is; undefined where it is none that counts. */
      readonly by: { readonly passkey: Passkey; readonly counter: number } | undefined;
    };

/** `totp`, or `passkey:` and its id. */
export type FactorName = 'totp' | `passkey:${string}`;

export interface SecondFactorUses {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly vault: Vault;
  readonly passkeyChallenges: PasskeyChallenges;
}

export interface Accepting {
  readonly account: Account;
  /** The network address it came from. */
  readonly source: string;
  readonly now: number;
}

/** Outside any transaction. A challenge that was answered is used up, whatever the answer is worth. */
export async function lookAt(
  { database, passkeyChallenges }: SecondFactorUses,
  given: SecondFactor,
  asked: Asked['for'],
  browserSession?: string,
): Promise<Looked> {
  if (typeof given === 'string') return { kind: 'code', code: given };
  const challenge = passkeyChallenges.take(given.attempt);
  const passkey = await database.transaction((tx) => findPasskey(tx, given.credential));
  if (challenge === undefined || passkey === undefined || !isFor(challenge.asked, asked, browserSession))
    return { kind: 'passkey', by: undefined };
  if (given.userHandle !== null && Buffer.from(given.userHandle, 'base64url').toString() !== passkey.account)
    return { kind: 'passkey', by: undefined };
  const counter = await answeredBy(given, challenge, passkey);
  return { kind: 'passkey', by: counter === undefined ? undefined : { passkey, counter } };
}

/** The name of the factor, when it was right, new, and this account's by compare-and-set; it works nowhere else now. */
export async function accept(
  { append, vault }: SecondFactorUses,
  tx: Tx,
  looked: Looked,
  { account, source, now }: Accepting,
): Promise<FactorName | undefined> {
  if (looked.kind === 'code') return (await acceptCode(tx, vault, account, looked.code, now)) ? 'totp' : undefined;
  const { by } = looked;
  if (by === undefined || account.state !== 'active' || by.passkey.account !== account.person.id) return undefined;
  const { passkey, counter } = by;
  if (await advancePasskey(tx, passkey, counter, now)) return `passkey:${passkey.id}`;
  const kept = await findPasskey(tx, passkey.credential);
  if (kept === undefined) return undefined;
  await append(tx, {
    type: 'passkey.counter-back',
    actor: { kind: 'nobody', name: account.person.name },
    source,
    details: { account: account.person.id, passkey: passkey.id, kept: kept.signCounter, got: counter },
  });
  return undefined;
}

/** As much work as accepting it, and nothing used up: where the answer is no already. */
export function waste({ vault }: SecondFactorUses, looked: Looked, account: Account, now: number): void {
  if (looked.kind === 'code') rightStep(vault, account, looked.code, now);
}

/** Whether one of these is a second factor, beside a password or a key. */
export function hasSecondFactor(factors: readonly string[]): boolean {
  return factors.some((factor) => factor === 'totp' || factor.startsWith('passkey:'));
}

function isFor(challenge: Asked, asked: Asked['for'], browserSession: string | undefined): boolean {
  if (challenge.for !== asked) return false;
  return challenge.for === 'sign-in' || (browserSession !== undefined && challenge.browserSession === browserSession);
}
