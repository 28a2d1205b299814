// What the evidence log can say of people: how they come in and go, and what was refused to them.

import type { Json } from '../../store/core/canonical-json.ts';

export interface PeopleEvents {
  /** `document`: what kind of paper was seen; absent for the first administrator. */
  'account.invited': {
    readonly account: string;
    readonly name: string;
    readonly role: string;
    readonly document?: string;
  };
  'account.identified': { readonly account: string; readonly document: string };
  'account.activated': { readonly account: string };
  'account.departed': { readonly account: string; readonly reason: string; readonly ended: Json };
  'account.departure-measured': { readonly account: string; readonly sessions: Json };
  /** `subject`: an account, a vendor's name, a target, an address or block; null of everything. */
  'lock.placed': {
    readonly lock: string;
    readonly scope: string;
    readonly subject: string | null;
    readonly reason: string;
    readonly endsAt: number;
    readonly browserSessions: number;
  };
  'lock.measured': { readonly lock: string; readonly sessions: Json };
  /** Of everything: one of the two people it takes. */
  'lock.lift-asked': { readonly lock: string };
  'lock.lifted': { readonly lock: string };
  'key.added': { readonly account: string; readonly fingerprint: string };
  'key.removed': { readonly account: string; readonly fingerprint: string };
  /** `credential`: SHA-256 of the authenticator's name for it, hex. */
  'passkey.added': { readonly account: string; readonly passkey: string; readonly credential: string };
  'passkey.removed': { readonly account: string; readonly passkey: string };
  /** It was the fresh factor of an act. At a sign-in it is among the factors of `login.succeeded`. */
  'passkey.used': { readonly account: string; readonly passkey: string; readonly act: string };
  /** A signature that was right, by a counter no later than one seen before: perhaps there are two of it. Refused. */
  'passkey.counter-back': {
    readonly account: string;
    readonly passkey: string;
    readonly kept: number;
    readonly got: number;
  };
  'login.succeeded': {
    readonly account: string;
    readonly via: 'web' | 'ssh';
    /** `password` or `key:SHA256:…`, and `totp` or `passkey:psk_…`. */
    readonly factors: readonly string[];
    /** Where the code was not asked for again: when the one that this rests on was accepted. */
    readonly codeAt?: number;
  };
  'login.failed': { readonly via: 'web' | 'ssh'; readonly factor: string; readonly code: string };
  'login.locked': { readonly key: string; readonly until: number };
  logout: { readonly account: string };
  /** `factor`: absent where it was a code. */
  'step-up.failed': { readonly account: string; readonly act: string; readonly factor?: 'passkey' };
  /** Somebody chose what they are told about: by e-mail or not, and what not. */
  'notice.preferences-set': { readonly account: string; readonly mail: boolean; readonly off: readonly string[] };
  /** A notice that nobody took for a day, or that was refused for good. */
  'notice.given-up': { readonly notice: string; readonly kind: string; readonly medium: string; readonly why: string };
  /** Somebody asked for something and the answer was no: the code says why. */
  'access.refused': { readonly action: string; readonly code: string; readonly request: Json };
  /** From then on what is typed is sealed to these, too. `recipient`: their age public key. */
  'custodian.appointed': { readonly account: string; readonly custodian: string; readonly recipient: string };
  'custodian.removed': { readonly account: string; readonly custodian: string };
}
