// Signing in and out, invitations, one's own keys.
//
//   GET    /api/v1/status                public      → Status
//   POST   /api/v1/login                 LoginBody   → Me, sets the cookie
//   POST   /api/v1/logout                            → 204
//   GET    /api/v1/me                                → Me
//   POST   /api/v1/invitations/open      public, InvitationOpenBody   → InvitationOffer
//   POST   /api/v1/invitations/accept    public, InvitationAcceptBody → 204
//   GET    /api/v1/me/keys                           → PublicKey[]
//   POST   /api/v1/me/keys               PublicKeyBody → PublicKey
//   POST   /api/v1/me/keys/:id/remove    StepUpBody  → 204

import Type, { type Static } from 'typebox';
import { Code, Person, Role, SecondFactor, Time } from './words.ts';

export const Status = Type.Object({
  product: Type.Literal('Sluice'),
  version: Type.String(),
  /** The bundled demonstration: the page says so on every screen. */
  demo: Type.Boolean(),
  now: Time,
  /** IANA name of the centre's time zone, such as Asia/Shanghai. */
  timeZone: Type.String(),
});
export type Status = Static<typeof Status>;

export const LoginBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    password: Type.String({ minLength: 1, maxLength: 256 }),
    code: SecondFactor,
  },
  { additionalProperties: false },
);
export type LoginBody = Static<typeof LoginBody>;

export const Me = Type.Object({
  account: Person,
  /** When this browser session ends by itself. */
  expiresAt: Time,
});
export type Me = Static<typeof Me>;

export const InvitationOpenBody = Type.Object(
  { token: Type.String({ minLength: 1, maxLength: 128 }) },
  { additionalProperties: false },
);
export type InvitationOpenBody = Static<typeof InvitationOpenBody>;

export const InvitationOffer = Type.Object({
  name: Type.String(),
  displayName: Type.String(),
  role: Role,
  expiresAt: Time,
  totp: Type.Object({
    /** Base 32, for typing into an authenticator. */
    secret: Type.String(),
    /** `otpauth://totp/…`, to be drawn as a QR code. */
    uri: Type.String(),
  }),
  /** The shortest password this role may set. */
  passwordMinLength: Type.Integer(),
});
export type InvitationOffer = Static<typeof InvitationOffer>;

export const InvitationAcceptBody = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 128 }),
    password: Type.String({ minLength: 1, maxLength: 256 }),
    code: Code,
  },
  { additionalProperties: false },
);
export type InvitationAcceptBody = Static<typeof InvitationAcceptBody>;

export const PublicKey = Type.Object({
  id: Type.String(),
  algorithm: Type.String(),
  fingerprint: Type.String(),
  comment: Type.String(),
  createdAt: Time,
});
export type PublicKey = Static<typeof PublicKey>;

export const PublicKeyBody = Type.Object(
  {
    /** One line of an OpenSSH `.pub` file. */
    line: Type.String({ minLength: 1, maxLength: 16_384 }),
    code: SecondFactor,
  },
  { additionalProperties: false },
);
export type PublicKeyBody = Static<typeof PublicKeyBody>;

/** Acts that need the second factor again, and nothing else. */
export const StepUpBody = Type.Object({ code: SecondFactor }, { additionalProperties: false });
export type StepUpBody = Static<typeof StepUpBody>;
