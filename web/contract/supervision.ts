// Following the work on the spot: who watches which live session, and what a supervisor can do to it.
//
//   GET    /api/v1/supervision             who may list sessions → Supervised[]   the live sessions they may see
//   POST   /api/v1/sessions/:id/watch      section, head → WatchTicket   for the first frame of the socket
//   GET    /api/v1/watchings/socket        WebSocket; first frame is WatchHello; nothing else is ever taken from it
//   POST   /api/v1/sessions/:id/freeze     section, head: FreezeBody → 204   answered when nothing passes any more
//   POST   /api/v1/sessions/:id/resume     section, head → 204
//   POST   /api/v1/sessions/:id/say        section, head: SayBody → 204   a line in the engineer's terminal
//
// The watch socket: binary messages are the session's output, as bytes; text messages are JSON, WatchSays. While it is
// open its person supervises the session; two missed beats, 3 s apart, and they have left.

import Type, { type Static } from 'typebox';
import { Person, Sentence } from './words.ts';

export const FlowState = Type.Union([
  Type.Literal('waiting'), // nothing has reached the target: nobody has watched yet
  Type.Literal('live'),
  Type.Literal('frozen'),
]);
export type FlowState = Static<typeof FlowState>;

export const Supervised = Type.Object({
  session: Type.String(),
  state: FlowState,
  /** The ticket says that somebody has to watch. */
  supervised: Type.Boolean(),
  watchers: Type.Array(Person),
  /** Who has frozen it by hand, and why. */
  heldBy: Type.Union([Person, Type.Null()]),
  holdReason: Type.Union([Type.String(), Type.Null()]),
});
export type Supervised = Static<typeof Supervised>;

export const WatchTicket = Type.Object({
  /** Single use, for the first frame of the socket; void after 30 s. */
  token: Type.String(),
});
export type WatchTicket = Static<typeof WatchTicket>;

const Line = Type.String({ minLength: 1, maxLength: 500 });

export const FreezeBody = Type.Object({ reason: Line }, { additionalProperties: false });
export type FreezeBody = Static<typeof FreezeBody>;

export const SayBody = Type.Object({ text: Line }, { additionalProperties: false });
export type SayBody = Static<typeof SayBody>;

export const WatchHello = Type.Object(
  { type: Type.Literal('hello'), token: Type.String({ maxLength: 128 }) },
  { additionalProperties: false },
);
export type WatchHello = Static<typeof WatchHello>;

export const WatchSays = Type.Union([
  /** Counted as a supervisor from now on. `skipped`: bytes of output that came before what is shown. */
  Type.Object({
    type: Type.Literal('watching'),
    sessionId: Type.String(),
    columns: Type.Integer(),
    rows: Type.Integer(),
    skipped: Type.Integer(),
  }),
  Type.Object({ type: Type.Literal('resize'), columns: Type.Integer(), rows: Type.Integer() }),
  Type.Object({ type: Type.Literal('notice'), text: Sentence }),
  /** Something was asked of a file; `path` as text, with what is not UTF-8 replaced. */
  Type.Object({
    type: Type.Literal('file'),
    what: Type.Union([Type.Literal('asked'), Type.Literal('refused')]),
    op: Type.String(),
    path: Type.Union([Type.String(), Type.Null()]),
    to: Type.Union([Type.String(), Type.Null()]),
  }),
  Type.Object({ type: Type.Literal('flow'), state: FlowState }),
  /** The last thing that is heard. */
  Type.Object({ type: Type.Literal('ended'), reason: Type.String(), text: Sentence }),
]);
export type WatchSays = Static<typeof WatchSays>;
