// What takes records out of the installation: asked for by an auditor, decided by the head, used once by whoever asked.
//
//   POST   /api/v1/sessions/:id/exports               auditor, ExportBody → RecordRequest
//   GET    /api/v1/record-requests?session=&open=     auditor, head → RecordRequest[]  newest first
//   POST   /api/v1/record-requests/:id/approve        head, fresh second factor, CodeBody → RecordRequest
//   POST   /api/v1/record-requests/:id/refuse         head, ReasonBody → RecordRequest
//   POST   /api/v1/record-requests/:id/withdraw       requester → RecordRequest
//   POST   /api/v1/record-requests/:id/download       requester, once, within 24 h → the file

import Type, { type Static } from 'typebox';
import { Session } from './sessions.ts';
import { Id, Person, SecondFactor, Time } from './words.ts';

export const ExportFormat = Type.Union([
  Type.Literal('asciicast-v2'),
  Type.Literal('asciicast-v3'),
  Type.Literal('text'),
  Type.Literal('commands'),
  Type.Literal('files-csv'),
  Type.Literal('files-json'),
]);
export type ExportFormat = Static<typeof ExportFormat>;

/** How the bytes of the recording are read as text. */
export const Encoding = Type.Union([Type.Literal('utf-8'), Type.Literal('gb18030')]);
export type Encoding = Static<typeof Encoding>;

const Language = Type.Union([Type.Literal('zh'), Type.Literal('en')]);

export const ExportTerms = Type.Object({ format: ExportFormat, encoding: Encoding, language: Language });
export type ExportTerms = Static<typeof ExportTerms>;

export const ExportBody = Type.Object(
  {
    format: ExportFormat,
    encoding: Encoding,
    /** Of remarks and headings. */
    language: Language,
    reason: Type.String({ minLength: 1, maxLength: 1000 }),
  },
  { additionalProperties: false },
);
export type ExportBody = Static<typeof ExportBody>;

export const RecordRequest = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('export'), Type.Literal('destroy')]),
  /** The first of them, where it is about several. */
  session: Session,
  /** Of an export; null of others. */
  terms: Type.Union([ExportTerms, Type.Null()]),
  /** Ids of all sessions it is about. */
  sessions: Type.Array(Type.String()),
  requester: Person,
  reason: Type.String(),
  state: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('approved'),
    Type.Literal('expired'), // approved, and not used within 24 hours
    Type.Literal('refused'),
    Type.Literal('withdrawn'),
    Type.Literal('used'),
  ]),
  decider: Type.Union([Person, Type.Null()]),
  decidedAt: Type.Union([Time, Type.Null()]),
  /** Why it was refused. */
  decisionReason: Type.Union([Type.String(), Type.Null()]),
  expiresAt: Type.Union([Time, Type.Null()]),
  createdAt: Time,
  /** What whoever asks may do to it now. */
  acts: Type.Array(
    Type.Union([Type.Literal('approve'), Type.Literal('refuse'), Type.Literal('withdraw'), Type.Literal('use')]),
  ),
});
export type RecordRequest = Static<typeof RecordRequest>;

export const RecordRequestQuery = Type.Object(
  { session: Type.Optional(Id), open: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);
export type RecordRequestQuery = Static<typeof RecordRequestQuery>;

export const ApproveRequestBody = Type.Object({ code: SecondFactor }, { additionalProperties: false });
