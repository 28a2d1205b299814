// The lines somebody gave at prompts in a session, read from its screen.
//
//   GET    /api/v1/sessions/:id/commands             auditor → CommandLog   each is an evidence event

import Type, { type Static } from 'typebox';

export const Confidence = Type.Union([
  Type.Literal('exact'), // read beside its prompt, and nothing speaks against it
  Type.Literal('high'), // the prompt was drawn again, or it was typed ahead, and what was typed agrees
  Type.Literal('low'), // doubtful: look at the recording
  Type.Literal('hidden'), // nothing of it was drawn
]);
export type Confidence = Static<typeof Confidence>;

/** Everything but times and counts is attacker-controlled. */
export const CommandRow = Type.Object({
  /** Milliseconds since the session began. */
  at: Type.Number({ minimum: 0 }),
  prompt: Type.String(),
  /** Null where it was hidden; lines divided by line feeds. */
  text: Type.Union([Type.String(), Type.Null()]),
  keys: Type.Integer(),
  confidence: Confidence,
});
export type CommandRow = Static<typeof CommandRow>;

export const CommandLog = Type.Object({
  /** False while nobody has read them yet, or they cannot be read: the session goes on, or has only just ended. */
  ready: Type.Boolean(),
  commands: Type.Array(CommandRow),
  /** There are more, from that moment on. */
  more: Type.Boolean(),
});
export type CommandLog = Static<typeof CommandLog>;

export const CommandQuery = Type.Object(
  {
    /** Only those begun at that moment or later, milliseconds since the session began. */
    since: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
);
export type CommandQuery = Static<typeof CommandQuery>;
