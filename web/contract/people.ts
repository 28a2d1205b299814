// People and targets: the administrator's work.
//
//   GET    /api/v1/accounts              admin, head, auditor → Account[]
//   POST   /api/v1/accounts              admin, AccountBody   → Invited
//   POST   /api/v1/accounts/:id/invite   admin                → Invited    a new link; the old one is void
//   POST   /api/v1/accounts/:id/identity admin, head, IdentityBody → Account   where nobody has looked yet
//   POST   /api/v1/accounts/:id/depart   admin, DepartBody    → DepartureReceipt
//   GET    /api/v1/targets               admin → Target[]
//   POST   /api/v1/targets/scan          admin, ScanBody   → ScanAnswer   asks the host for its key, changes nothing
//   POST   /api/v1/targets               admin, TargetBody → Target
//   POST   /api/v1/targets/:id/accounts  admin, TargetAccountBody → Target
//   GET    /api/v1/targets/trusted-keys  admin → TrustedKey[]   what TrustedUserCAKeys of a target's sshd has to hold

import Type, { type Static } from 'typebox';
import { Person, Role, SecondFactor, Time } from './words.ts';

const IdentityDocument = Type.Union([
  Type.Literal('resident-id'), // 居民身份证
  Type.Literal('passport'),
  Type.Literal('other'),
]);
export type IdentityDocument = Static<typeof IdentityDocument>;

export const IdentityBody = Type.Object(
  {
    document: IdentityDocument,
    /** As printed. It is not kept: only a keyed digest, which knows the person again. */
    number: Type.String({ minLength: 4, maxLength: 60 }),
  },
  { additionalProperties: false },
);
export type IdentityBody = Static<typeof IdentityBody>;

export const Account = Type.Object({
  person: Person,
  state: Type.Union([Type.Literal('invited'), Type.Literal('active'), Type.Literal('departed')]),
  createdAt: Time,
  departedAt: Type.Union([Time, Type.Null()]),
  /** The paper that was seen, and by whom; null where nobody has looked. */
  identity: Type.Union([Type.Object({ document: IdentityDocument, seenBy: Person, seenAt: Time }), Type.Null()]),
  /** When the open invitation expires; null when there is none. */
  invitationExpiresAt: Type.Union([Time, Type.Null()]),
  liveSessions: Type.Integer(),
});
export type Account = Static<typeof Account>;

export const AccountBody = Type.Object(
  {
    /** What is typed at sign-in. */
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }),
    displayName: Type.String({ minLength: 1, maxLength: 64 }),
    role: Role,
    vendor: Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Null()]),
    identity: IdentityBody,
  },
  { additionalProperties: false },
);
export type AccountBody = Static<typeof AccountBody>;

export const Invited = Type.Object({
  account: Account,
  /** The one-time link, shown once: `<web>/join#<token>`. */
  link: Type.String(),
});
export type Invited = Static<typeof Invited>;

export const DepartBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 1000 }), code: SecondFactor },
  { additionalProperties: false },
);
export type DepartBody = Static<typeof DepartBody>;

export const DepartureReceipt = Type.Object({
  person: Person,
  departedAt: Time,
  /** Milliseconds from the act to the moment after which nothing of each session passed any more, as measured. */
  sessions: Type.Array(
    Type.Object({
      id: Type.String(),
      target: Type.String(),
      login: Type.String(),
      closedAfterMs: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
  browserSessions: Type.Integer(),
  keys: Type.Integer(),
  passkeys: Type.Integer(),
  invitations: Type.Integer(),
  tickets: Type.Array(Type.Object({ id: Type.String(), number: Type.String() })),
  /** Every target account this person has ever used: whose passwords to change. */
  usedTargetAccounts: Type.Array(Type.Object({ target: Type.String(), login: Type.String(), lastUsedAt: Time })),
});
export type DepartureReceipt = Static<typeof DepartureReceipt>;

export const CredentialKind = Type.Union([
  Type.Literal('certificate'),
  Type.Literal('private-key'),
  Type.Literal('password'),
]);

export const Target = Type.Object({
  id: Type.String(),
  name: Type.String(),
  host: Type.String(),
  port: Type.Integer(),
  hostKeyFingerprint: Type.String(),
  hostKeyAlgorithm: Type.String(),
  createdAt: Time,
  accounts: Type.Array(
    Type.Object({
      id: Type.String(),
      login: Type.String(),
      credentialKind: CredentialKind,
      createdAt: Time,
    }),
  ),
});
export type Target = Static<typeof Target>;

const Host = Type.String({ minLength: 1, maxLength: 253 });
const Port = Type.Integer({ minimum: 1, maximum: 65_535 });

export const ScanBody = Type.Object({ host: Host, port: Port }, { additionalProperties: false });
export type ScanBody = Static<typeof ScanBody>;

export const ScanAnswer = Type.Object({
  /** `algorithm base64`: goes back in TargetBody once a person has compared the fingerprint. */
  hostKey: Type.String(),
  fingerprint: Type.String(),
  algorithm: Type.String(),
});
export type ScanAnswer = Static<typeof ScanAnswer>;

export const TargetBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    host: Host,
    port: Port,
    hostKey: Type.String({ minLength: 1, maxLength: 8192 }),
  },
  { additionalProperties: false },
);
export type TargetBody = Static<typeof TargetBody>;

export const TargetAccountBody = Type.Object(
  {
    login: Type.String({ minLength: 1, maxLength: 64 }),
    credentialKind: CredentialKind,
    /** A password, or a private key in OpenSSH or PEM form without a passphrase; left out for certificates. */
    credential: Type.Optional(Type.String({ minLength: 1, maxLength: 32_768 })),
  },
  { additionalProperties: false },
);
export type TargetAccountBody = Static<typeof TargetAccountBody>;

export const TrustedKey = Type.Object({
  /** A line of the file that TrustedUserCAKeys names. */
  line: Type.String(),
  fingerprint: Type.String(),
  /** The signing one opens accounts; one that is prepared will, and one that is outgoing did. */
  state: Type.Union([Type.Literal('signing'), Type.Literal('prepared'), Type.Literal('outgoing')]),
  madeAt: Time,
});
export type TrustedKey = Static<typeof TrustedKey>;
