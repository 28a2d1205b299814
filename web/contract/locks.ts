// Shutting out a person, a vendor's people, a target, a network, or everything.
//
//   GET    /api/v1/locks            head, section, admin, auditor → Lock[]   in force, oldest first
//   POST   /api/v1/locks            head, section, admin, LockBody → LockReceipt   what is open for it is cut
//   POST   /api/v1/locks/:id/lift   head, section, admin, CodeBody → Lock[]   one of everything: by two people, one a head

import Type, { type Static } from 'typebox';
import { Person, Time } from './words.ts';

export const LockScope = Type.Union([
  Type.Literal('everything'),
  Type.Literal('person'),
  Type.Literal('vendor'),
  Type.Literal('target'),
  Type.Literal('source'),
]);
export type LockScope = Static<typeof LockScope>;

export const Lock = Type.Object({
  id: Type.String(),
  scope: LockScope,
  /** An account's id, a vendor's name, a target's id, an address or block; null of everything. */
  subject: Type.Union([Type.String(), Type.Null()]),
  /** The subject as people know it. */
  name: Type.Union([Type.String(), Type.Null()]),
  reason: Type.String(),
  placedBy: Person,
  placedAt: Time,
  endsAt: Time,
  /** Of everything: who asked that it be lifted; another person has to agree. */
  liftAskedBy: Type.Union([Person, Type.Null()]),
});
export type Lock = Static<typeof Lock>;

export const LockBody = Type.Object(
  {
    scope: LockScope,
    subject: Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()]),
    reason: Type.String({ minLength: 1, maxLength: 1000 }),
    endsAt: Time,
  },
  { additionalProperties: false },
);
export type LockBody = Static<typeof LockBody>;

export const LockReceipt = Type.Object({
  lock: Lock,
  /** Sign-ins on the page that it ended. */
  browserSessions: Type.Integer(),
  /** Milliseconds from the act to the moment after which nothing passed any more, as measured. */
  sessions: Type.Array(
    Type.Object({
      id: Type.String(),
      target: Type.String(),
      login: Type.String(),
      closedAfterMs: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
});
export type LockReceipt = Static<typeof LockReceipt>;
