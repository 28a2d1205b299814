// More time for a window that is open: asked for by who works, decided by the head.
//
//   GET    /api/v1/tickets/:id/extensions      who may read the ticket → Extension[]   newest first
//   POST   /api/v1/tickets/:id/extensions      requester, companion, ExtensionBody → Extension
//   POST   /api/v1/extensions/:id/withdraw     requester, companion → Extension
//   POST   /api/v1/extensions/:id/grant        head, fresh second factor, GrantBody → Extension   no session is cut
//   POST   /api/v1/extensions/:id/refuse       head, ReasonBody → Extension

import Type, { type Static } from 'typebox';
import { Person, SecondFactor, Time } from './words.ts';

export const Extension = Type.Object({
  id: Type.String(),
  ticket: Type.Object({ id: Type.String(), number: Type.String() }),
  /** Of the ticket's windows in force, counted from nought. */
  window: Type.Integer(),
  /** When that window ended as this was asked, and until when it shall last. */
  fromEnd: Time,
  until: Time,
  asker: Person,
  reason: Type.String(),
  state: Type.Union([
    Type.Literal('asked'),
    Type.Literal('granted'),
    Type.Literal('refused'),
    Type.Literal('withdrawn'),
    Type.Literal('expired'), // nobody decided before the window was over
  ]),
  decider: Type.Union([Person, Type.Null()]),
  decidedAt: Type.Union([Time, Type.Null()]),
  decisionReason: Type.Union([Type.String(), Type.Null()]),
  askedAt: Time,
});
export type Extension = Static<typeof Extension>;

const Reason = Type.String({ minLength: 1, maxLength: 1000 });

/** So many minutes more, or until then. */
export const ExtensionBody = Type.Union([
  Type.Object(
    { minutes: Type.Integer({ minimum: 1, maximum: 10_080 }), reason: Reason },
    { additionalProperties: false },
  ),
  Type.Object({ until: Time, reason: Reason }, { additionalProperties: false }),
]);
export type ExtensionBody = Static<typeof ExtensionBody>;

export const GrantBody = Type.Object({ code: SecondFactor }, { additionalProperties: false });
export type GrantBody = Static<typeof GrantBody>;
