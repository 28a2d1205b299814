// Sessions, their replay, and the web terminal.
//
//   GET    /api/v1/sessions?ticket=&account=&live=   → Session[]  newest first; an operator sees their own only
//   GET    /api/v1/sessions/:id                      → Session
//   POST   /api/v1/sessions/:id/end      requester, head, section: EndBody → 204
//   GET    /api/v1/sessions/:id/replay?from=&at=     auditor → ReplayPage   each first page is an evidence event
//   GET    /api/v1/sessions/:id/commands             auditor → CommandLog, see commands.ts
//   GET    /api/v1/sessions/:id/files?from=          auditor → FilesPage, see session-files.ts
//   POST   /api/v1/terminals             operator, TerminalBody → TerminalTicket
//   GET    /api/v1/terminals/socket      WebSocket; first frame is TerminalHello
//   GET    /api/v1/live                  server-sent events of LiveEvent
//   GET    /api/v1/evidence              auditor → EvidenceHead, see evidence.ts for the rest
//
// The terminal socket: binary messages are the terminal's bytes, both ways. Text messages are JSON: TerminalHello and
// TerminalResize from the page, TerminalSays to it.

import Type, { type Static } from 'typebox';
import { ChannelKind, Id, Person, SecondFactor, Sentence, Time } from './words.ts';

export const EndReason = Type.Union([
  Type.Literal('finished'), // the program on the target ended
  Type.Literal('client-left'),
  Type.Literal('window-ended'),
  Type.Literal('freeze-began'),
  Type.Literal('access-locked'),
  Type.Literal('idle'),
  Type.Literal('closed-by-requester'),
  Type.Literal('ticket-withdrawn'),
  Type.Literal('ticket-revoked'),
  Type.Literal('cut-by-head'),
  Type.Literal('account-departed'),
  Type.Literal('controller-lost'),
  Type.Literal('recorder-failed'),
  Type.Literal('target-unreachable'),
  Type.Literal('target-refused'),
  Type.Literal('host-key-mismatch'),
  Type.Literal('destination-refused'),
  Type.Literal('originals-not-copied'),
  Type.Literal('target-lost'),
  Type.Literal('unsupervised'), // nobody came to watch a supervised session
  Type.Literal('protocol-error'),
  Type.Literal('gateway-lost'),
  Type.Literal('access-changed'), // any other reason why the gate would say no now
  Type.Literal('shutdown'),
  Type.Literal('fault'),
]);
export type EndReason = Static<typeof EndReason>;

export const Session = Type.Object({
  id: Type.String(),
  ticket: Type.Object({ id: Type.String(), number: Type.String(), purpose: Type.String() }),
  account: Person,
  target: Type.String(),
  login: Type.String(),
  kind: ChannelKind,
  via: Type.Union([Type.Literal('ssh'), Type.Literal('web')]),
  source: Type.String(),
  command: Type.Union([Type.String(), Type.Null()]),
  /** Where a forwarded connection went, `host:port`; null for the other kinds. */
  destination: Type.Union([Type.String(), Type.Null()]),
  startedAt: Time,
  endedAt: Type.Union([Time, Type.Null()]),
  endReason: Type.Union([EndReason, Type.Null()]),
  exitStatus: Type.Union([Type.Integer(), Type.Null()]),
  exitSignal: Type.Union([Type.String(), Type.Null()]),
  /** Bytes in the recording, both ways; null while live. */
  recordedBytes: Type.Union([Type.Integer(), Type.Null()]),
});
export type Session = Static<typeof Session>;

export const SessionQuery = Type.Object(
  {
    ticket: Type.Optional(Id),
    account: Type.Optional(Id),
    live: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type SessionQuery = Static<typeof SessionQuery>;

export const EndBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 1000 }) },
  { additionalProperties: false },
);
export type EndBody = Static<typeof EndBody>;

/** Milliseconds since the session began. */
const Offset = Type.Number({ minimum: 0 });

export const ReplayEvent = Type.Union([
  Type.Object({ at: Offset, kind: Type.Literal('output'), data: Type.String({ description: 'base 64' }) }),
  Type.Object({ at: Offset, kind: Type.Literal('error-output'), data: Type.String({ description: 'base 64' }) }),
  Type.Object({ at: Offset, kind: Type.Literal('input'), data: Type.String({ description: 'base 64' }) }),
  /** A line that was typed, told when it was known whether the terminal drew it; `data` is null where it did not. */
  Type.Object({
    at: Offset,
    kind: Type.Literal('typed'),
    since: Offset,
    keys: Type.Integer(),
    data: Type.Union([Type.String({ description: 'base 64' }), Type.Null()]),
  }),
  Type.Object({ at: Offset, kind: Type.Literal('resize'), columns: Type.Integer(), rows: Type.Integer() }),
  Type.Object({ at: Offset, kind: Type.Literal('notice'), text: Sentence }),
  Type.Object({ at: Offset, kind: Type.Literal('end'), reason: EndReason }),
]);
export type ReplayEvent = Static<typeof ReplayEvent>;

export const ReplayQuery = Type.Object(
  {
    from: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Instead of `from`: begin at the key frame before that moment, milliseconds since the session began. */
    at: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
);
export type ReplayQuery = Static<typeof ReplayQuery>;

/** What the integrity check of the recording said when it was opened. */
export const Integrity = Type.Union([
  Type.Object({
    intact: Type.Literal(true),
    /** Sluice stopped unexpectedly while it recorded: up to a second before its end may be missing. */
    brokenOff: Type.Optional(Type.Literal(true)),
  }),
  Type.Object({ intact: Type.Literal(false), problem: Sentence }),
]);
export type Integrity = Static<typeof Integrity>;

/** Where a reading that was asked for with `at` begins: bytes that bring a new terminal of that size to the screen. */
export const ReplayStart = Type.Object({
  at: Offset,
  columns: Type.Integer(),
  rows: Type.Integer(),
  data: Type.String({ description: 'base 64' }),
  /** False where the screen may differ a little from what was seen. */
  exact: Type.Boolean(),
});
export type ReplayStart = Static<typeof ReplayStart>;

export const ReplayPage = Type.Object({
  columns: Type.Integer(),
  rows: Type.Integer(),
  durationMs: Offset,
  events: Type.Array(ReplayEvent),
  /** Pass as `from` for the next page; null when this was the last. */
  next: Type.Union([Type.Integer(), Type.Null()]),
  /** The session goes on, and this is all there is of it: ask for `next` again in a while. */
  live: Type.Boolean(),
  /** Null where the events begin with the recording. */
  start: Type.Union([ReplayStart, Type.Null()]),
  integrity: Integrity,
  /**
   * What was typed where nothing was drawn: sealed to custodians; unguarded, because there were none, so that asking is
   * enough; or unsealed for who looks, with every key among the events.
   */
  keys: Type.Union([Type.Literal('sealed'), Type.Literal('unguarded'), Type.Literal('unsealed')]),
});
export type ReplayPage = Static<typeof ReplayPage>;

export const TerminalBody = Type.Object(
  {
    ticketId: Id,
    targetAccountId: Id,
    columns: Type.Integer({ minimum: 2, maximum: 1000 }),
    rows: Type.Integer({ minimum: 2, maximum: 1000 }),
    /** Every opening takes a fresh second factor. */
    code: SecondFactor,
  },
  { additionalProperties: false },
);
export type TerminalBody = Static<typeof TerminalBody>;

export const TerminalTicket = Type.Object({
  /** Single use, for the first frame of the socket; void after 30 s. */
  token: Type.String(),
});
export type TerminalTicket = Static<typeof TerminalTicket>;

export const TerminalHello = Type.Object(
  { type: Type.Literal('hello'), token: Type.String({ maxLength: 128 }) },
  { additionalProperties: false },
);
export type TerminalHello = Static<typeof TerminalHello>;

export const TerminalResize = Type.Object(
  {
    type: Type.Literal('resize'),
    columns: Type.Integer({ minimum: 2, maximum: 1000 }),
    rows: Type.Integer({ minimum: 2, maximum: 1000 }),
  },
  { additionalProperties: false },
);
export type TerminalResize = Static<typeof TerminalResize>;

export const TerminalSays = Type.Union([
  Type.Object({ type: Type.Literal('opened'), sessionId: Type.String(), closesAt: Time }),
  /** The window was made longer, and ends then. */
  Type.Object({ type: Type.Literal('window'), closesAt: Time }),
  Type.Object({ type: Type.Literal('notice'), text: Sentence }),
  Type.Object({
    type: Type.Literal('ended'),
    reason: Type.String(),
    text: Sentence,
    exitStatus: Type.Union([Type.Integer(), Type.Null()]),
  }),
]);
export type TerminalSays = Static<typeof TerminalSays>;

/** Something changed; the page asks again for what it shows. */
export const LiveEvent = Type.Object({
  changed: Type.Union([
    Type.Literal('tickets'),
    Type.Literal('sessions'),
    Type.Literal('people'),
    Type.Literal('targets'),
    Type.Literal('requests'),
  ]),
});
export type LiveEvent = Static<typeof LiveEvent>;

export const EvidenceHead = Type.Object({
  size: Type.Integer(),
  /** The last signed checkpoint, a C2SP signed note. */
  checkpoint: Type.Union([Type.String(), Type.Null()]),
  /** The log's public key as a C2SP verifier key. */
  verifierKey: Type.String(),
});
export type EvidenceHead = Static<typeof EvidenceHead>;
