// Passkeys (WebAuthn): one's own, and the questions they answer. Bytes are base64url.
//
//   POST   /api/v1/login/passkey             public  → PasskeyQuestion, to be answered in LoginBody
//   GET    /api/v1/me/passkeys                       → Passkey[]
//   POST   /api/v1/me/passkeys/question              → PasskeyQuestion, to be answered wherever a code would do
//   POST   /api/v1/me/passkeys/offer         PasskeyOfferBody → PasskeyOffer
//   POST   /api/v1/me/passkeys               PasskeyMade      → Passkey
//   POST   /api/v1/me/passkeys/:id/remove    StepUpBody       → 204

import Type, { type Static } from 'typebox';
import { Bytes, Code, Time } from './words.ts';

export const Passkey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** Whether it can be used to sign in; otherwise only to confirm acts. */
  signsIn: Type.Boolean(),
  createdAt: Time,
  lastUsedAt: Type.Union([Time, Type.Null()]),
});
export type Passkey = Static<typeof Passkey>;

const Known = Type.Array(Type.Object({ credential: Type.String(), transports: Type.Array(Type.String()) }));

/** Void after two minutes and after one answer. */
export const PasskeyQuestion = Type.Object({
  attempt: Type.String(),
  challenge: Type.String(),
  /** The relying party: the name of this server's host. */
  site: Type.String(),
  timeoutMs: Type.Integer(),
  /** Which may answer; empty at the sign-in page, where the authenticator finds its own. */
  allowed: Known,
});
export type PasskeyQuestion = Static<typeof PasskeyQuestion>;

/** A new passkey takes a code; a passkey cannot make another one. */
export const PasskeyOfferBody = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 64 }), code: Code },
  { additionalProperties: false },
);
export type PasskeyOfferBody = Static<typeof PasskeyOfferBody>;

export const PasskeyOffer = Type.Object({
  attempt: Type.String(),
  challenge: Type.String(),
  site: Type.String(),
  timeoutMs: Type.Integer(),
  user: Type.Object({ handle: Type.String(), name: Type.String(), displayName: Type.String() }),
  /** COSE numbers, best first. */
  algorithms: Type.Array(Type.Integer()),
  /** What is registered already, and need not be again. */
  known: Known,
});
export type PasskeyOffer = Static<typeof PasskeyOffer>;

const Transport = Type.Union([
  Type.Literal('ble'),
  Type.Literal('cable'),
  Type.Literal('hybrid'),
  Type.Literal('internal'),
  Type.Literal('nfc'),
  Type.Literal('smart-card'),
  Type.Literal('usb'),
]);
export type Transport = Static<typeof Transport>;

export const PasskeyMade = Type.Object(
  {
    attempt: Bytes(64),
    credential: Bytes(1400),
    clientData: Bytes(4096),
    attestation: Bytes(32_768),
    transports: Type.Array(Transport, { maxItems: 8 }),
    /** Whether the authenticator will find it by itself. */
    discoverable: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type PasskeyMade = Static<typeof PasskeyMade>;
