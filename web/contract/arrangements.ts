// What the centre arranges about approvals: who stands in for a head, what tickets for which targets have to pass, and
// when nothing is open.
//
//   GET    /api/v1/deputies               head, section, auditor, admin → Deputy[]   newest first
//   GET    /api/v1/deputies/candidates    head           → Person[]
//   POST   /api/v1/deputies               head, DeputyBody → Deputy[]
//   POST   /api/v1/deputies/:id/end       head           → Deputy[]
//   GET    /api/v1/routes                 head, section, auditor, admin → Routes
//   POST   /api/v1/routes/groups          head, GroupBody → Routes
//   POST   /api/v1/routes/groups/:id      head, GroupBody → Routes
//   POST   /api/v1/routes/targets/:id     head, AssignBody → Routes
//   GET    /api/v1/freezes                everybody      → Freeze[]   by their start
//   POST   /api/v1/freezes                head, section, FreezeBody → Freeze[]   closes what is open in them
//   POST   /api/v1/freezes/:id/lift       head, CodeBody → Freeze[]
//   GET    /api/v1/forms                  operator       → Form[]   tickets one is still writing
//   POST   /api/v1/forms                  operator, FormBody → Form
//   POST   /api/v1/forms/:id              operator, FormBody → Form
//   POST   /api/v1/forms/:id/discard      operator

import Type, { type Static } from 'typebox';
import { Id, Person, SecondFactor, Time } from './words.ts';

export const Deputy = Type.Object({
  id: Type.String(),
  head: Person,
  deputy: Person,
  from: Time,
  until: Time,
  reason: Type.String(),
  appointedAt: Time,
  endedAt: Type.Union([Time, Type.Null()]),
  /** At this moment. */
  inForce: Type.Boolean(),
});
export type Deputy = Static<typeof Deputy>;

export const DeputyBody = Type.Object(
  { deputy: Id, from: Time, until: Time, reason: Type.String({ minLength: 1, maxLength: 1000 }), code: SecondFactor },
  { additionalProperties: false },
);
export type DeputyBody = Static<typeof DeputyBody>;

const Approvals = Type.Union([Type.Literal(1), Type.Literal(2)]);

export const TargetGroup = Type.Object({
  id: Type.String(),
  name: Type.String(),
  filing: Type.Boolean(),
  approvals: Approvals,
});
export type TargetGroup = Static<typeof TargetGroup>;

export const Routes = Type.Object({
  groups: Type.Array(TargetGroup),
  targets: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), group: Type.Union([Type.String(), Type.Null()]) }),
  ),
});
export type Routes = Static<typeof Routes>;

export const GroupBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60 }),
    filing: Type.Boolean(),
    approvals: Approvals,
    code: SecondFactor,
  },
  { additionalProperties: false },
);
export type GroupBody = Static<typeof GroupBody>;

export const AssignBody = Type.Object(
  { group: Type.Union([Id, Type.Null()]), code: SecondFactor },
  { additionalProperties: false },
);
export type AssignBody = Static<typeof AssignBody>;

export const Freeze = Type.Object({
  id: Type.String(),
  start: Time,
  end: Time,
  reason: Type.String(),
  placedAt: Time,
});
export type Freeze = Static<typeof Freeze>;

export const FreezeBody = Type.Object(
  { start: Time, end: Time, reason: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
);
export type FreezeBody = Static<typeof FreezeBody>;

export const CodeBody = Type.Object({ code: SecondFactor }, { additionalProperties: false });
export type CodeBody = Static<typeof CodeBody>;

export const Form = Type.Object({ id: Type.String(), body: Type.String(), updatedAt: Time });
export type Form = Static<typeof Form>;

export const FormBody = Type.Object(
  { body: Type.String({ minLength: 2, maxLength: 131_072 }) },
  { additionalProperties: false },
);
export type FormBody = Static<typeof FormBody>;
