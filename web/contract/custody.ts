// Custodians, and the opening of what was typed at hidden prompts.
//
//   GET    /api/v1/custodians                  head, section, auditor → Custodian[]
//   POST   /api/v1/custodians                  head: CustodianBody → Custodian[]
//   POST   /api/v1/custodians/:id/remove       head, the account's id: StepUpBody → Custodian[]
//   GET    /api/v1/unsealings                  auditor: all; custodians: those they can help with → Unsealing[]
//   POST   /api/v1/sessions/:id/unsealings     auditor: UnsealingBody → Unsealing
//   POST   /api/v1/unsealings/:id/capsule      custodian → Capsule    in the evidence log before it is handed out
//   POST   /api/v1/unsealings/:id/share        custodian: ShareBody → Unsealing

import Type, { type Static } from 'typebox';
import { Session } from './sessions.ts';
import { Id, Person, SecondFactor, Time } from './words.ts';

export const Custodian = Type.Object({
  person: Person,
  recipient: Type.String({ description: 'age public key' }),
  appointedAt: Time,
});
export type Custodian = Static<typeof Custodian>;

export const CustodianBody = Type.Object(
  { account: Id, recipient: Type.String({ minLength: 1, maxLength: 200 }), code: SecondFactor },
  { additionalProperties: false },
);
export type CustodianBody = Static<typeof CustodianBody>;

export const UnsealingBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 1000 }), code: SecondFactor },
  { additionalProperties: false },
);
export type UnsealingBody = Static<typeof UnsealingBody>;

export const Unsealing = Type.Object({
  id: Type.String(),
  session: Session,
  requester: Type.String(),
  reason: Type.String(),
  askedAt: Time,
  state: Type.Union([Type.Literal('waiting'), Type.Literal('open'), Type.Literal('over')]),
  /** Until when it waits, or is open. */
  until: Time,
  /** How many custodians it takes; 0 where there were none when the session was recorded. */
  threshold: Type.Integer(),
  shares: Type.Array(
    Type.Object({ account: Type.String(), releasedAt: Time, receivedAt: Type.Union([Time, Type.Null()]) }),
  ),
  /** Whether who asks is a custodian of this session and has not given their share. */
  waitsForMe: Type.Boolean(),
});
export type Unsealing = Static<typeof Unsealing>;

/** An age file for the custodian's identity; in it, their share. */
export const Capsule = Type.Object({ capsule: Type.String({ description: 'base 64' }) });
export type Capsule = Static<typeof Capsule>;

export const ShareBody = Type.Object(
  { share: Type.String({ pattern: '^[A-Za-z0-9+/]{44}$', description: '33 bytes in base 64' }) },
  { additionalProperties: false },
);
export type ShareBody = Static<typeof ShareBody>;
