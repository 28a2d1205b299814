// What a session did to files.
//
//   GET    /api/v1/sessions/:id/files?from=          auditor → FilesPage    each page is an evidence event

import Type, { type Static } from 'typebox';
import { Integrity } from './sessions.ts';

/** A name as text. `encoding` says how the bytes were read; `bytes`: not at all, they stand as `\xNN`. */
export const FileName = Type.Object({
  text: Type.String(),
  encoding: Type.Union([Type.Literal('utf-8'), Type.Literal('gb18030'), Type.Literal('bytes')]),
});
export type FileName = Static<typeof FileName>;

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);

export const FileRow = Type.Object({
  /** The number of the request in the recording. */
  n: Type.Integer(),
  /** Milliseconds since the session began. */
  at: Type.Number({ minimum: 0 }),
  /** `download`, `upload` and `list` for what was opened, else the request. */
  what: Type.String(),
  path: OrNull(FileName),
  to: OrNull(FileName),
  /** SSH_FX_*; null while there is no answer. */
  code: OrNull(Type.Integer()),
  /** Why it never reached the target. */
  refused: OrNull(Type.String()),
  /** Of what was opened; null for the others and until it is closed. */
  closed: OrNull(
    Type.Object({
      complete: Type.Boolean(),
      read: Type.Integer(),
      written: Type.Integer(),
      entries: Type.Integer(),
      size: OrNull(Type.Integer()),
      hashed: Type.String(),
      sha256: OrNull(Type.String()),
      why: OrNull(Type.String()),
    }),
  ),
});
export type FileRow = Static<typeof FileRow>;

export const FilesQuery = Type.Object(
  { from: Type.Optional(Type.Integer({ minimum: 0 })) },
  { additionalProperties: false },
);

export const FilesPage = Type.Object({
  rows: Type.Array(FileRow),
  /** Requests that only looked (stat, realpath and the like), in the whole session: recorded, and not listed. */
  looked: Type.Integer(),
  /** Pass as `from` for the next page; null when this was the last. */
  next: OrNull(Type.Integer()),
  integrity: Integrity,
});
export type FilesPage = Static<typeof FilesPage>;
