// Searching what all sessions printed.
//
//   GET    /api/v1/search?q=&from=       auditor → SearchPage     each answer is an evidence event

import Type, { type Static } from 'typebox';
import { Confidence } from './commands.ts';
import { Session } from './sessions.ts';

export const SearchQuery = Type.Object(
  {
    /** Words that all have to be there; "exact words" in quotation marks. */
    q: Type.String({ minLength: 1, maxLength: 200 }),
    from: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
);
export type SearchQuery = Static<typeof SearchQuery>;

export const SearchHit = Type.Object({
  /** Milliseconds since the session began. */
  at: Type.Number({ minimum: 0 }),
  /** Bytes of output before it. */
  offset: Type.Integer({ minimum: 0 }),
  /** It is a command, and how sure it is read; null where it was printed, or is the name of a file. */
  command: Type.Union([Confidence, Type.Null()]),
  snippet: Type.String(),
  /** Where in the snippet words were found: from, length. */
  marks: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])),
});
export type SearchHit = Static<typeof SearchHit>;

export const SearchPage = Type.Object({
  sessions: Type.Array(
    Type.Object({
      session: Session,
      /** Only the beginning of this session can be searched. */
      partly: Type.Boolean(),
      hits: Type.Array(SearchHit),
    }),
  ),
  /** Pass as `from` to go on with older sessions; null when there are none. */
  next: Type.Union([Type.Integer(), Type.Null()]),
  /** Sessions that have ended and cannot be searched yet. */
  waiting: Type.Integer(),
});
export type SearchPage = Static<typeof SearchPage>;
