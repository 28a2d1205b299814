// Change tickets, from the asking to the closing.
//
//   GET    /api/v1/requestable             operator      → RequestableTarget[]
//   GET    /api/v1/colleagues              operator      → Person[]   who could come along
//   GET    /api/v1/tickets?state=&open=    by role       → Ticket[]   newest first; an operator sees their own only
//   POST   /api/v1/tickets                 operator, TicketBody → Ticket   (a draft)
//   GET    /api/v1/tickets/:id                           → Ticket
//   GET    /api/v1/tickets/:id/editions                  → TicketEdition[]   what was submitted, each time
//   POST   /api/v1/tickets/:id/attachments   requester of a draft, AttachmentBody → Ticket
//   POST   /api/v1/tickets/:id/attachments/:sha256/remove   requester of a draft → Ticket
//   GET    /api/v1/tickets/:id/attachments/:sha256   who may read the ticket → the file; each is an evidence event
//   POST   /api/v1/tickets/:id/revise      requester, TicketBody → Ticket   a draft again
//   POST   /api/v1/tickets/:id/submit      requester     → Ticket
//   POST   /api/v1/tickets/:id/withdraw    requester     → Ticket   ends what is open
//   POST   /api/v1/tickets/:id/file        section       → Ticket   where its route asks for it
//   POST   /api/v1/tickets/:id/approve     head or deputy, ApproveBody → Ticket   section, too, in an emergency
//   POST   /api/v1/tickets/:id/refuse      the same, ReasonBody → Ticket
//   POST   /api/v1/tickets/:id/revoke      head or deputy, RevokeBody → Ticket   ends what is open
//   POST   /api/v1/tickets/:id/report      requester, ReportBody → Ticket   ends what is open
//   POST   /api/v1/tickets/:id/accept      head, section → Ticket   closes it
//   POST   /api/v1/tickets/:id/send-back   head, section, ReasonBody → Ticket   approved again
//   POST   /api/v1/tickets/:id/review      head or deputy, ReviewBody → Ticket   what was opened in an emergency

import Type, { type Static } from 'typebox';
import { ChannelKind, Id, Person, SecondFactor, Sentence, TicketState, Time } from './words.ts';

export const RequestableTarget = Type.Object({
  id: Type.String(),
  name: Type.String(),
  accounts: Type.Array(Type.Object({ id: Type.String(), login: Type.String() })),
});
export type RequestableTarget = Static<typeof RequestableTarget>;

export const FileRight = Type.Union([
  Type.Literal('list'),
  Type.Literal('download'),
  Type.Literal('upload'),
  Type.Literal('delete'),
]);
export type FileRight = Static<typeof FileRight>;

export const FileTerms = Type.Object(
  {
    rights: Type.Array(FileRight, { minItems: 1, maxItems: 4 }),
    /** Absolute paths on the target; each stands for itself and everything below. Empty: anywhere. */
    paths: Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), { maxItems: 32 }),
  },
  { additionalProperties: false },
);
export type FileTerms = Static<typeof FileTerms>;

/** Where a forwarded connection may go, as the target sees it: a name or an address, no wildcards. */
export const Destination = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 255 }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  },
  { additionalProperties: false },
);
export type Destination = Static<typeof Destination>;

export const Window = Type.Object({ start: Time, end: Time }, { additionalProperties: false });
export type Window = Static<typeof Window>;

export const Impact = Type.Union([Type.Literal('none'), Type.Literal('degraded'), Type.Literal('interrupted')]);
export type Impact = Static<typeof Impact>;

export const Risk = Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')]);
export type Risk = Static<typeof Risk>;

/** An emergency, and a drill of one, is opened by two people at once and reviewed afterwards. */
export const Urgency = Type.Union([Type.Literal('planned'), Type.Literal('emergency'), Type.Literal('drill')]);
export type Urgency = Static<typeof Urgency>;

/** What is changed on a target account of the ticket: a file, or a folder and everything below. */
export const DeclaredChange = Type.Object(
  {
    targetAccountId: Id,
    path: Type.String({ minLength: 1, maxLength: 1024 }),
    change: Type.Union([Type.Literal('modify'), Type.Literal('delete')]),
  },
  { additionalProperties: false },
);
export type DeclaredChange = Static<typeof DeclaredChange>;

export const Tool = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 255 }), sha256: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }) },
  { additionalProperties: false },
);
export type Tool = Static<typeof Tool>;

/** What its bytes say it is. */
export const AttachmentType = Type.Union([
  Type.Literal('pdf'),
  Type.Literal('png'),
  Type.Literal('jpeg'),
  Type.Literal('docx'),
  Type.Literal('xlsx'),
  Type.Literal('text'),
]);

export const Attachment = Type.Object({
  name: Type.String(),
  type: AttachmentType,
  bytes: Type.Integer(),
  sha256: Type.String(),
});
export type Attachment = Static<typeof Attachment>;

/** Ten MiB in base64. */
const MOST_BASE64 = 13_981_016;

export const AttachmentBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 255 }),
    /** Base64. */
    content: Type.String({ minLength: 4, maxLength: MOST_BASE64, pattern: '^[A-Za-z0-9+/]+={0,2}$' }),
  },
  { additionalProperties: false },
);
export type AttachmentBody = Static<typeof AttachmentBody>;

export const AttachmentParams = Type.Object({
  id: Type.String({ maxLength: 64 }),
  sha256: Type.String({ maxLength: 64 }),
});

/** What is left out: no contract, nobody comes along, no impact, low risk, nothing is changed, not supervised. */
export const TermsBody = Type.Object(
  {
    urgency: Type.Optional(Urgency),
    contract: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
    /** Accounts of the requester's company, who open sessions with their own account. */
    companions: Type.Optional(Type.Array(Id, { maxItems: 16 })),
    impact: Type.Optional(Impact),
    /** What is announced beforehand; needed where trading is interrupted. */
    notice: Type.Optional(Type.Union([Type.String({ maxLength: 1000 }), Type.Null()])),
    risk: Type.Optional(Risk),
    rollback: Type.Optional(Type.String({ maxLength: 10_000 })),
    changes: Type.Optional(Type.Array(DeclaredChange, { maxItems: 64 })),
    tools: Type.Optional(Type.Array(Tool, { maxItems: 64 })),
    /** Somebody of the centre has to watch. */
    supervised: Type.Optional(Type.Boolean()),
    /** What runs when the window ends may finish, for a while. */
    finishRunning: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type TermsBody = Static<typeof TermsBody>;

export const TicketBody = Type.Object(
  {
    purpose: Type.String({ minLength: 1, maxLength: 200 }),
    plan: Type.String({ minLength: 1, maxLength: 10_000 }),
    windowStart: Time,
    windowEnd: Time,
    /** Where there are several: the two above are then the first start and the last end. */
    windows: Type.Optional(Type.Array(Window, { minItems: 1, maxItems: 16 })),
    /** IP addresses or CIDR blocks the engineer will come from. */
    sources: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 16 }),
    channels: Type.Array(
      Type.Object(
        {
          targetAccountId: Id,
          kinds: Type.Array(ChannelKind, { minItems: 1, maxItems: 8 }),
          /** With the kind `sftp`, and only with it. */
          files: Type.Optional(Type.Union([FileTerms, Type.Null()])),
          /** With the kind `forward`, and only with it. */
          destinations: Type.Optional(
            Type.Union([Type.Array(Destination, { minItems: 1, maxItems: 32 }), Type.Null()]),
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 64 },
    ),
    terms: Type.Optional(TermsBody),
  },
  { additionalProperties: false },
);
export type TicketBody = Static<typeof TicketBody>;

export const TicketChannel = Type.Object({
  targetAccountId: Type.String(),
  target: Type.String(),
  login: Type.String(),
  kinds: Type.Array(ChannelKind),
  files: Type.Union([FileTerms, Type.Null()]),
  destinations: Type.Union([Type.Array(Destination), Type.Null()]),
});
export type TicketChannel = Static<typeof TicketChannel>;

export const TicketTerms = Type.Object({
  urgency: Urgency,
  contract: Type.Union([Type.String(), Type.Null()]),
  companions: Type.Array(Person),
  impact: Impact,
  notice: Type.Union([Type.String(), Type.Null()]),
  risk: Risk,
  rollback: Type.String(),
  changes: Type.Array(DeclaredChange),
  tools: Type.Array(Tool),
  attachments: Type.Array(Attachment),
  supervised: Type.Boolean(),
  finishRunning: Type.Boolean(),
});
export type TicketTerms = Static<typeof TicketTerms>;

/** What holds after the approval, which may have narrowed what was asked, and after every extension. */
export const InForce = Type.Object({
  windows: Type.Array(Window),
  channels: Type.Array(Type.Omit(TicketChannel, ['target', 'login'])),
  supervised: Type.Boolean(),
  changes: Type.Array(DeclaredChange),
  finishRunning: Type.Boolean(),
  withoutBackup: Type.Union([Type.String(), Type.Null()]),
});
export type InForce = Static<typeof InForce>;

/** What a ticket has to pass. */
export const Route = Type.Object({
  filing: Type.Boolean(),
  approvals: Type.Union([Type.Literal(1), Type.Literal(2)]),
  emergency: Type.Boolean(),
});
export type Route = Static<typeof Route>;

export const DecidedBy = Type.Object({ by: Person, at: Time, deputyFor: Type.Union([Person, Type.Null()]) });
export type DecidedBy = Static<typeof DecidedBy>;

export const RiskLight = Type.Object({
  code: Type.String(),
  level: Type.Union([Type.Literal('red'), Type.Literal('amber')]),
  sentence: Sentence,
});
export type RiskLight = Static<typeof RiskLight>;

/** Exactly what an approver reads; an approval sends the hash. */
export const Shown = Type.Object({
  summary: Type.Array(Sentence),
  lights: Type.Array(RiskLight),
  differences: Type.Array(Sentence),
  hash: Type.String(),
});
export type Shown = Static<typeof Shown>;

export const Outcome = Type.Union([Type.Literal('done'), Type.Literal('partly'), Type.Literal('rolled-back')]);
export type Outcome = Static<typeof Outcome>;

export const CompletionReport = Type.Object({
  outcome: Outcome,
  notes: Type.String(),
  configUpdated: Type.Boolean(),
  at: Time,
});
export type CompletionReport = Static<typeof CompletionReport>;

export const Verdict = Type.Union([Type.Literal('justified'), Type.Literal('not-justified')]);
export type Verdict = Static<typeof Verdict>;

export const EmergencyReview = Type.Object({
  dueAt: Time,
  review: Type.Union([Type.Object({ by: Person, at: Time, verdict: Verdict, note: Type.String() }), Type.Null()]),
});
export type EmergencyReview = Static<typeof EmergencyReview>;

export const Ticket = Type.Object({
  id: Type.String(),
  /** What people call it: BG-YYYYMMDD-NN. */
  number: Type.String(),
  state: TicketState,
  /** Computed from the clock: before, inside or after the window. */
  window: Type.Union([Type.Literal('before'), Type.Literal('inside'), Type.Literal('after')]),
  requester: Person,
  purpose: Type.String(),
  plan: Type.String(),
  windowStart: Time,
  windowEnd: Time,
  windows: Type.Array(Window),
  sources: Type.Array(Type.String()),
  terms: TicketTerms,
  inForce: InForce,
  channels: Type.Array(TicketChannel),
  /** Hex SHA-256 of what is asked for; an approval is bound to it. */
  contentHash: Type.String(),
  approver: Type.Union([Person, Type.Null()]),
  decidedAt: Type.Union([Time, Type.Null()]),
  decisionReason: Type.Union([Type.String(), Type.Null()]),
  submittedAt: Type.Union([Time, Type.Null()]),
  closedAt: Type.Union([Time, Type.Null()]),
  /** Counts up whenever it is changed after it was submitted. */
  edition: Type.Integer(),
  /** Null before it is submitted. */
  route: Type.Union([Route, Type.Null()]),
  filed: Type.Union([DecidedBy, Type.Null()]),
  /** Who approved so far; the ticket is approved when there are as many as its route asks for. */
  approvals: Type.Array(DecidedBy),
  report: Type.Union([CompletionReport, Type.Null()]),
  accepted: Type.Union([DecidedBy, Type.Null()]),
  /** Null before it is submitted, and in lists. */
  shown: Type.Union([Shown, Type.Null()]),
  /** Null where it is none, and in lists. */
  emergencyReview: Type.Union([EmergencyReview, Type.Null()]),
  createdAt: Time,
  /** How many sessions of this ticket are live now. */
  liveSessions: Type.Integer(),
  /** How many sessions this ticket has had. */
  sessions: Type.Integer(),
  /** How many earlier tickets of the same requester went through to closing: what a head compares with. */
  closedBefore: Type.Integer(),
  /** Target names no earlier closed ticket of this requester had. */
  newTargets: Type.Array(Type.String()),
  /** The ssh and sftp lines that work while the channel is open; empty for those who may not use them. */
  commands: Type.Array(Type.String()),
});
export type Ticket = Static<typeof Ticket>;

export const TicketQuery = Type.Object(
  {
    state: Type.Optional(TicketState),
    /** Only tickets whose window contains now and that are approved. */
    open: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type TicketQuery = Static<typeof TicketQuery>;

/** What an approver takes away; what is left out stays as it was asked for. */
export const NarrowingBody = Type.Object(
  {
    windows: Type.Optional(Type.Array(Window, { minItems: 1, maxItems: 16 })),
    channels: Type.Optional(
      Type.Array(
        Type.Object(
          {
            targetAccountId: Id,
            kinds: Type.Array(ChannelKind, { minItems: 1, maxItems: 8 }),
            files: Type.Optional(Type.Union([FileTerms, Type.Null()])),
            destinations: Type.Optional(Type.Union([Type.Array(Destination, { maxItems: 32 }), Type.Null()])),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 64 },
      ),
    ),
    supervised: Type.Optional(Type.Literal(true)),
    finishRunning: Type.Optional(Type.Literal(false)),
    /** Why it may open although the originals cannot be kept. */
    withoutBackup: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  },
  { additionalProperties: false },
);
export type NarrowingBody = Static<typeof NarrowingBody>;

export const ApproveBody = Type.Object(
  {
    /** `shown.hash` of the ticket as it was read. */
    shownHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    narrow: Type.Optional(NarrowingBody),
    code: SecondFactor,
  },
  { additionalProperties: false },
);
export type ApproveBody = Static<typeof ApproveBody>;

const Reason = Type.String({ minLength: 1, maxLength: 1000 });

export const ReasonBody = Type.Object({ reason: Reason }, { additionalProperties: false });
export type ReasonBody = Static<typeof ReasonBody>;

export const RevokeBody = Type.Object({ reason: Reason, code: SecondFactor }, { additionalProperties: false });
export type RevokeBody = Static<typeof RevokeBody>;

export const ReportBody = Type.Object(
  {
    outcome: Outcome,
    notes: Type.String({ minLength: 1, maxLength: 10_000 }),
    configUpdated: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type ReportBody = Static<typeof ReportBody>;

export const ReviewBody = Type.Object(
  { verdict: Verdict, note: Type.String({ minLength: 1, maxLength: 1000 }) },
  { additionalProperties: false },
);
export type ReviewBody = Static<typeof ReviewBody>;

export const TicketEdition = Type.Object({
  edition: Type.Integer(),
  submittedAt: Time,
  contentHash: Type.String(),
  /** Canonical JSON that the hash is of. */
  content: Type.String(),
});
export type TicketEdition = Static<typeof TicketEdition>;
