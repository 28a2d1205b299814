// How an account gets its person: a one-time link of 256 random bits, valid for 72 hours, that lets them set their
// password and their second factor. A newer link voids the older one. Looking at the link does not use it up.

import { createHash, randomBytes } from 'node:crypto';
import type { AppendEvidence } from '../../audit/event.ts';
import { canonicalAddress } from '../../store/core/address.ts';
import type { Clock } from '../../store/core/clock.ts';
import { type AccountId, newId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { Secret } from '../../store/core/secret.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import type { Role } from '../../store/schema/states.ts';
import type { Passwords } from '../login/password.ts';
import { acceptablePassword, PASSWORD_MIN_LENGTH } from '../login/password-rules.ts';
import { matchingStep, newTotpSecret, otpauthUri, totpContext } from '../login/totp.ts';
import type { Vault } from '../vault/vault.ts';
import type { Account } from './account.ts';
import { activateAccount, findAccount } from './account-repository.ts';
import {
  findInvitation,
  type Invitation,
  insertInvitation,
  useInvitation,
  voidInvitations,
} from './invitation-repository.ts';

export const INVITATION_MS = 72 * 3_600_000;

export const invitationInvalid = defineRefusal('invitation.invalid', 'absent', () => ({
  zh: '邀请链接无效、已使用或已过期，请联系管理员重新邀请',
  en: 'this invitation is unknown, used or expired; ask the administrator for a new one',
}));

export const invitationCodeWrong = defineRefusal('invitation.code-wrong', 'invalid', () => ({
  zh: '动态口令不正确，请确认手机时间准确后再试',
  en: 'the code is wrong; check that the phone’s clock is right and try again',
}));

export interface InvitationOffer {
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly expiresAt: number;
  readonly totp: { readonly secret: Secret; readonly uri: Secret };
  readonly passwordMinLength: number;
}

export interface IssuedInvitation {
  /** Shown once. */
  readonly token: Secret;
  readonly expiresAt: number;
}

export interface Invitations {
  /** For whoever holds the link. Throws `invitation.invalid`. */
  open(token: string): Promise<InvitationOffer>;
  /** Throws `invitation.invalid`, `invitation.code-wrong` or the password rule that is broken. */
  accept(token: string, password: string, code: string, source: string): Promise<void>;
}

export interface InvitationUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly vault: Vault;
  readonly passwords: Passwords;
}

export function createInvitations(uses: InvitationUses): Invitations {
  const { database, clock, append, changes, vault, passwords } = uses;
  const find = (token: string) => database.transaction((tx) => invited(tx, token, clock.now()));
  return {
    async open(token) {
      const { invitation, account } = await find(token);
      const secret = vault.open(invitation.totpSecret, totpContext(account.person.id));
      const { name, displayName, role } = account.person;
      const uri = Secret.ofText(otpauthUri(secret, name));
      const { expiresAt } = invitation;
      return { name, displayName, role, expiresAt, totp: { secret, uri }, passwordMinLength: PASSWORD_MIN_LENGTH };
    },
    async accept(token, typed, code, source) {
      const { invitation, account } = await find(token);
      const password = acceptablePassword(typed, account.person);
      const secret = vault.open(invitation.totpSecret, totpContext(account.person.id));
      const totpStep = matchingStep(secret, code, clock.now());
      if (totpStep === undefined) throw invitationCodeWrong();
      const passwordHash = await passwords.hash(password);
      await database.transaction(async (tx) => {
        // Again, because hashing took its time: a departure or a newer link meanwhile wins.
        const now = await invited(tx, token, clock.now());
        if (!(await useInvitation(tx, now.invitation.id, clock.now()))) throw invitationInvalid();
        await activateAccount(tx, now.account, { passwordHash, totpSecret: now.invitation.totpSecret, totpStep });
        const { id, name } = now.account.person;
        await append(tx, {
          type: 'account.activated',
          actor: { kind: 'account', id, name },
          source: canonicalAddress(source),
          details: { account: id },
        });
      });
      changes.publish('people');
    },
  };
}

/** A new link for an invited account; whatever link it had is void. */
export async function issueInvitation(
  tx: Tx,
  vault: Vault,
  account: AccountId,
  now: number,
): Promise<IssuedInvitation> {
  const token = Secret.ofText(randomBytes(32).toString('base64url'));
  const expiresAt = now + INVITATION_MS;
  await voidInvitations(tx, account, now);
  await insertInvitation(tx, {
    id: newId('inv'),
    account,
    tokenHash: hashOf(token.revealText()),
    totpSecret: vault.seal(newTotpSecret(), totpContext(account)),
    createdAt: now,
    expiresAt,
  });
  return { token, expiresAt };
}

async function invited(
  tx: Tx,
  token: string,
  now: number,
): Promise<{ readonly invitation: Invitation; readonly account: Account }> {
  const invitation = await findInvitation(tx, hashOf(token), now);
  const account = invitation && (await findAccount(tx, invitation.account));
  if (invitation === undefined || account?.state !== 'invited') throw invitationInvalid();
  return { invitation, account };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
