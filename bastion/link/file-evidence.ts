// What the gateway says about files, as it crosses the link and as it stands in the evidence log: one small object for
// each thing that was done. Names are bytes: text where they are UTF-8, base64 where they are not.

import Type, { type Static } from 'typebox';
import { HASHED } from '../../recordings/format/file-operation.ts';

const Path = Type.Union([
  Type.String({ maxLength: 8192 }),
  Type.Object({ base64: Type.String({ maxLength: 8192 }) }, { additionalProperties: false }),
]);
const Count = Type.Integer({ minimum: 0 });
const Word = Type.String({ maxLength: 64 });
/** SSH_FX_*; null where the session ended before an answer. */
const Code = Type.Union([Count, Type.Null()]);
const closed = { additionalProperties: false } as const;

export const FileEvidence = Type.Union([
  Type.Object(
    {
      type: Type.Literal('file.opened'),
      details: Type.Object({ n: Count, path: Path, flags: Type.Array(Word), code: Code }, closed),
    },
    closed,
  ),
  Type.Object(
    {
      type: Type.Literal('file.closed'),
      details: Type.Object(
        {
          n: Count,
          path: Path,
          complete: Type.Boolean(),
          read: Count,
          written: Count,
          size: Type.Union([Count, Type.Null()]),
          hashed: Type.Enum([...HASHED]),
          sha256: Type.Union([Type.String({ pattern: '^[0-9a-f]{64}$' }), Type.Null()]),
          from: Count,
          bytes: Count,
          why: Type.Union([Word, Type.Null()]),
        },
        closed,
      ),
    },
    closed,
  ),
  Type.Object(
    {
      type: Type.Literal('file.changed'),
      details: Type.Object({ n: Count, op: Word, path: Path, to: Type.Optional(Path), code: Code }, closed),
    },
    closed,
  ),
  Type.Object(
    {
      type: Type.Literal('file.refused'),
      details: Type.Object(
        { n: Count, op: Word, path: Type.Optional(Path), to: Type.Optional(Path), code: Count, why: Word },
        closed,
      ),
    },
    closed,
  ),
]);
export type FileEvidence = Static<typeof FileEvidence>;

/** Of one message. The bytes are those of the JSON, far below the longest frame of the link. */
export const MOST_FILE_EVIDENCE = { events: 128, bytes: 512 * 1024 } as const;
