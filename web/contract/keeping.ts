// Keeping records and destroying them.
//
//   GET    /api/v1/retention                          auditor, head → Retention
//   GET    /api/v1/storage                            auditor, admin → Storage
//   GET    /api/v1/holds?open=                        auditor, head → Hold[]  newest first
//   POST   /api/v1/holds                              auditor, head, HoldBody → Hold
//   POST   /api/v1/holds/:id/lift                     head, not who placed it, ReasonBody → Hold
//   POST   /api/v1/destructions                       auditor, DestructionBody → RecordRequest, for the head to decide
//   POST   /api/v1/record-requests/:id/destroy        requester, once, within 24 h → Destroyed

import Type, { type Static } from 'typebox';
import { Session } from './sessions.ts';
import { Id, Person, Time } from './words.ts';

export const Retention = Type.Object({
  /** What no setting goes below. */
  floorDays: Type.Integer(),
  retentionDays: Type.Integer(),
  /** How many are past their retention. */
  all: Type.Integer(),
  /** The oldest first, the oldest thousand. */
  due: Type.Array(Type.Object({ session: Session, dueAt: Time, held: Type.Boolean() })),
});
export type Retention = Static<typeof Retention>;

export const Storage = Type.Object({
  freeBytes: Type.Integer(),
  /** What recordings never use up. */
  reserveBytes: Type.Integer(),
  /** What recordings took lately. */
  bytesPerDay: Type.Integer(),
  /** Until the reserve is reached; null while nothing is recorded. */
  daysLeft: Type.Union([Type.Integer(), Type.Null()]),
  /** Somebody should do something. */
  scarce: Type.Boolean(),
});
export type Storage = Static<typeof Storage>;

export const Hold = Type.Object({
  id: Type.String(),
  /** Null: every session of the ticket. */
  session: Type.Union([Type.String(), Type.Null()]),
  ticket: Type.Object({ id: Type.String(), number: Type.String() }),
  reason: Type.String(),
  placer: Person,
  placedAt: Time,
  lifted: Type.Union([Type.Object({ by: Person, at: Time, reason: Type.String() }), Type.Null()]),
  /** Whether whoever asks may lift it now. */
  mayLift: Type.Boolean(),
});
export type Hold = Static<typeof Hold>;

export const HoldQuery = Type.Object({ open: Type.Optional(Type.Boolean()) }, { additionalProperties: false });
export type HoldQuery = Static<typeof HoldQuery>;

/** What it is on: a session, or everything that happened under a ticket. */
export const HoldBody = Type.Object(
  { on: Type.Union([Type.Literal('session'), Type.Literal('ticket')]), id: Id, reason: reason() },
  { additionalProperties: false },
);
export type HoldBody = Static<typeof HoldBody>;

export const DestructionBody = Type.Object(
  { sessions: Type.Array(Id, { minItems: 1, maxItems: 100 }), reason: reason() },
  { additionalProperties: false },
);
export type DestructionBody = Static<typeof DestructionBody>;

export const Destroyed = Type.Object({
  sessions: Type.Array(Type.String()),
  /** False: the log has it, and what is still on the disk is erased as soon as the disk allows. */
  erased: Type.Boolean(),
});
export type Destroyed = Static<typeof Destroyed>;

function reason() {
  return Type.String({ minLength: 1, maxLength: 1000 });
}
