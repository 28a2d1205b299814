// The words the API speaks in, shared by the server and the page. Browser-safe: TypeBox and nothing else.

import Type, { type Static } from 'typebox';

export const Role = Type.Union([
  Type.Literal('admin'),
  Type.Literal('operator'),
  Type.Literal('auditor'),
  Type.Literal('head'),
  Type.Literal('section'),
]);
export type Role = Static<typeof Role>;

export const ChannelKind = Type.Union([
  Type.Literal('shell'),
  Type.Literal('exec'),
  Type.Literal('sftp'),
  Type.Literal('forward'),
]);
export type ChannelKind = Static<typeof ChannelKind>;

export const TicketState = Type.Union([
  Type.Literal('draft'),
  Type.Literal('submitted'),
  Type.Literal('filed'),
  Type.Literal('approved'),
  Type.Literal('refused'),
  Type.Literal('withdrawn'),
  Type.Literal('revoked'),
  Type.Literal('reported'),
  Type.Literal('closed'),
]);
export type TicketState = Static<typeof TicketState>;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const Time = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });

/** Six digits of the authenticator app. */
export const Code = Type.String({ pattern: '^[0-9]{6}$' });

/** Bytes in base64url, without padding. */
export const Bytes = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[A-Za-z0-9_-]+$' });

/** What a passkey signed. Bytes are base64url. */
export const PasskeyAnswer = Type.Object(
  {
    /** As the question had it. */
    attempt: Bytes(64),
    credential: Bytes(1400),
    clientData: Bytes(4096),
    authenticatorData: Bytes(4096),
    signature: Bytes(4096),
    userHandle: Type.Union([Bytes(88), Type.Null()]),
  },
  { additionalProperties: false },
);
export type PasskeyAnswer = Static<typeof PasskeyAnswer>;

/** The second factor: six digits, or what a passkey signed instead. */
export const SecondFactor = Type.Union([Code, PasskeyAnswer]);
export type SecondFactor = Static<typeof SecondFactor>;

/** What a ticket, a target account or a person is called between programs. */
export const Id = Type.String({ pattern: '^[a-z]{3}_[0-9a-z]{26}$' });

/** The same sentence in both languages. */
export const Sentence = Type.Object({ zh: Type.String(), en: Type.String() });
export type Sentence = Static<typeof Sentence>;

/** Every answer that is not 2xx. `reference` names the log line of a fault. */
export const Problem = Type.Object({
  code: Type.String(),
  message: Sentence,
  reference: Type.Optional(Type.String()),
});
export type Problem = Static<typeof Problem>;

/** An account as other people see it. */
export const Person = Type.Object({
  id: Type.String(),
  name: Type.String(),
  displayName: Type.String(),
  role: Role,
  vendor: Type.Union([Type.String(), Type.Null()]),
});
export type Person = Static<typeof Person>;

export const IdParams = Type.Object({ id: Type.String({ maxLength: 64 }) });
export type IdParams = Static<typeof IdParams>;
