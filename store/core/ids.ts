// Identifiers: 128 random bits behind a prefix that says what they name. Branded, so that one kind is never passed
// for another. Attacker-controlled text becomes an id only through `parseId`.

import { randomBytes } from 'node:crypto';

declare const brand: unique symbol;
type Id<P extends string> = string & { readonly [brand]: P };

export type AccountId = Id<'acc'>;
export type InvitationId = Id<'inv'>;
export type PublicKeyId = Id<'key'>;
export type TargetId = Id<'tgt'>;
export type TargetAccountId = Id<'tac'>;
export type TicketId = Id<'tkt'>;
export type SessionId = Id<'ses'>;
export type LoginId = Id<'log'>;
export type TerminalId = Id<'trm'>;
export type CustodianId = Id<'cus'>;
export type UnsealingId = Id<'uns'>;
export type RecordRequestId = Id<'req'>;
export type HoldId = Id<'hld'>;
export type NoticeId = Id<'ntc'>;
export type ExtensionId = Id<'ext'>;
export type ManifestId = Id<'man'>;
export type ReportId = Id<'rep'>;
export type DeputyId = Id<'dep'>;
export type TargetGroupId = Id<'grp'>;
export type FreezeId = Id<'frz'>;
export type FormId = Id<'frm'>;
export type PasskeyId = Id<'psk'>;
export type LockId = Id<'lck'>;
export type UserCaKeyId = Id<'uca'>;

export type IdByPrefix = {
  readonly acc: AccountId;
  readonly inv: InvitationId;
  readonly key: PublicKeyId;
  readonly tgt: TargetId;
  readonly tac: TargetAccountId;
  readonly tkt: TicketId;
  readonly ses: SessionId;
  readonly log: LoginId;
  readonly trm: TerminalId;
  readonly cus: CustodianId;
  readonly uns: UnsealingId;
  readonly req: RecordRequestId;
  readonly hld: HoldId;
  readonly ntc: NoticeId;
  readonly ext: ExtensionId;
  readonly man: ManifestId;
  readonly rep: ReportId;
  readonly dep: DeputyId;
  readonly grp: TargetGroupId;
  readonly frz: FreezeId;
  readonly frm: FormId;
  readonly psk: PasskeyId;
  readonly lck: LockId;
  readonly uca: UserCaKeyId;
};

// Crockford's alphabet in lower case: no letter that reads like a digit, safe in file names and URLs.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 26;
const PATTERN = /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/;

/** A fresh id such as `tkt_3f…`, 26 characters of Crockford base 32 after the prefix. */
export function newId<P extends keyof IdByPrefix>(prefix: P): IdByPrefix[P] {
  const bytes = randomBytes(LENGTH);
  let text = '';
  for (const byte of bytes) text += ALPHABET[byte & 31];
  return `${prefix}_${text}` as IdByPrefix[P];
}

/** The id, when `text` is one of that kind; undefined otherwise. */
export function parseId<P extends keyof IdByPrefix>(prefix: P, text: string): IdByPrefix[P] | undefined {
  return text.startsWith(`${prefix}_`) && PATTERN.test(text) ? (text as IdByPrefix[P]) : undefined;
}
