// Tables of people and how they come in: accounts, invitations, keys, browser sessions.

import type { AccountId, InvitationId, LockId, PasskeyId, PublicKeyId } from '../core/ids.ts';
import type { IdentityDocument } from './identity-document.ts';
import type { Once } from './once.ts';
import type { AccountState, LockScope, Role } from './states.ts';

export interface AccountTable {
  id: Once<AccountId>;
  /** The name typed at sign-in: lower case, unique for ever. */
  name: Once<string>;
  display_name: string;
  role: Once<Role>;
  /** The company an outside engineer works for; null for the centre's own people. */
  vendor: Once<string | null>;
  state: AccountState;
  /** PHC string of Argon2id; null until the invitation is accepted, and again after departure. */
  password_hash: string | null;
  /** Sealed by the vault. */
  totp_secret: string | null;
  /** The last TOTP time step that was accepted, on any door. */
  totp_step: number;
  created_at: Once<number>;
  departed_at: number | null;
  /** The paper that was seen, a keyed digest of its number, and who saw it when: all or none. */
  identity_document: IdentityDocument | null;
  identity_digest: string | null;
  identity_seen_by: AccountId | null;
  identity_seen_at: number | null;
  version: number;
}

export interface InvitationTable {
  id: Once<InvitationId>;
  account_id: Once<AccountId>;
  /** SHA-256 of the token, hex; the token itself is shown once. */
  token_hash: Once<string>;
  /** Sealed by the vault: the TOTP secret offered while the invitation is open. */
  totp_secret: Once<string>;
  created_at: Once<number>;
  expires_at: Once<number>;
  used_at: number | null;
}

export interface PublicKeyTable {
  id: Once<PublicKeyId>;
  account_id: Once<AccountId>;
  algorithm: Once<string>;
  /** Base64 of the SSH wire blob. */
  blob: Once<string>;
  /** `SHA256:…` as OpenSSH prints it; unique, one key ↔ one account. */
  fingerprint: Once<string>;
  comment: Once<string>;
  created_at: Once<number>;
}

export interface PasskeyTable {
  id: Once<PasskeyId>;
  account_id: Once<AccountId>;
  /** The authenticator's name for it, base64url; unique, one passkey ↔ one account. */
  credential: Once<string>;
  /** COSE_Key, base64url. */
  public_key: Once<string>;
  /** As last seen; 0 for ever where the authenticator does not count. */
  sign_counter: number;
  /** JSON array: how the authenticator said it can be reached. */
  transports: Once<string>;
  /** 0: the authenticator finds it only when it is named, so that it cannot be used to sign in. */
  discoverable: Once<number>;
  /** What its person calls it. */
  name: Once<string>;
  created_at: Once<number>;
  last_used_at: number | null;
}

export interface BrowserSessionTable {
  /** SHA-256 of the cookie's token, hex. */
  token_hash: Once<string>;
  account_id: Once<AccountId>;
  source: Once<string>;
  /** JSON array: what was proved at sign-in. */
  factors: Once<string>;
  created_at: Once<number>;
  last_seen_at: number;
  expires_at: Once<number>;
}

export interface LoginThrottleTable {
  /** `pair:<name> <source>`, `name:<name>` or `source:<address>`: kept for names that do not exist, too. */
  key: Once<string>;
  failures: number;
  last_failure_at: number;
  locked_until: number;
}

/** Somebody or something shut out. */
export interface AccessLockTable {
  id: Once<LockId>;
  scope: Once<LockScope>;
  subject: Once<string | null>;
  reason: Once<string>;
  placed_by: Once<AccountId>;
  placed_at: Once<number>;
  ends_at: Once<number>;
  lift_asked_by: AccountId | null;
  lifted_by: AccountId | null;
  lifted_at: number | null;
}
