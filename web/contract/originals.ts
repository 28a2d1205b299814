// What was there before a ticket changed it, and how it differs afterwards.
//
//   GET    /api/v1/tickets/:id/originals?manifest=&from=   section, head, auditor → OriginalsPage
//   GET    /api/v1/tickets/:id/changes                     section, head, auditor → ChangeReport   an evidence event
//   POST   /api/v1/tickets/:id/originals/take              requester, TakeBody → the file          an evidence event

import Type, { type Static } from 'typebox';
import { FileName } from './session-files.ts';
import { Time } from './words.ts';

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const OriginalType = Type.Union([
  Type.Literal('file'),
  Type.Literal('folder'),
  Type.Literal('link'),
  Type.Literal('special'),
  Type.Literal('absent'),
  Type.Literal('unread'),
]);
export type OriginalType = Static<typeof OriginalType>;

const State = {
  type: OriginalType,
  /** Permissions. */
  mode: OrNull(Type.Integer()),
  size: OrNull(Type.Integer()),
  /** Seconds since 1970. */
  modified: OrNull(Type.Integer()),
  sha256: OrNull(Sha256),
  /** Where a link leads. */
  link: OrNull(FileName),
};

export const OriginalItem = Type.Object({
  path: FileName,
  ...State,
  /** What was about to be done over sftp; null where it is only declared. */
  op: OrNull(Type.String()),
  /** Why it could not be read. */
  why: OrNull(Type.String()),
});
export type OriginalItem = Static<typeof OriginalItem>;

export const OriginalManifest = Type.Object({
  id: Type.String(),
  /** `opening` before a channel opened, `touched` before each change over sftp, `closing` when it was read again. */
  purpose: Type.Union([Type.Literal('opening'), Type.Literal('touched'), Type.Literal('closing')]),
  session: Type.String(),
  target: Type.String(),
  login: Type.String(),
  declared: Type.Array(Type.String()),
  at: Time,
  complete: Type.Boolean(),
  why: OrNull(Type.String()),
  /** Of the manifest, as the evidence log has it; null of `touched`. */
  sha256: OrNull(Sha256),
});
export type OriginalManifest = Static<typeof OriginalManifest>;

export const OriginalsQuery = Type.Object(
  {
    manifest: Type.Optional(Type.String({ maxLength: 64 })),
    from: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
  },
  { additionalProperties: false },
);

export const OriginalsPage = Type.Object({
  /** Oldest first. */
  manifests: Type.Array(OriginalManifest),
  /** Of the manifest that was asked for. */
  items: Type.Array(OriginalItem),
  /** Pass as `from` for the next page; null when this was the last. */
  next: OrNull(Type.Integer()),
});
export type OriginalsPage = Static<typeof OriginalsPage>;

export const ChangeReport = Type.Object({
  id: Type.String(),
  /** Of the report's canonical JSON, as the evidence log has it. */
  sha256: Sha256,
  at: Time,
  places: Type.Array(
    Type.Object({
      target: Type.String(),
      login: Type.String(),
      /** Null where no session was opened there. */
      reading: OrNull(Type.String()),
      declared: Type.Array(Type.String()),
      /** Why not everything could be read again: then what is not listed is not known to be the same. */
      failure: OrNull(Type.Object({ path: OrNull(FileName), why: Type.String() })),
      /** Why the originals are not whole. */
      originals: OrNull(Type.String()),
      /** Paths touched over sftp beyond those that were read again. */
      notRead: Type.Integer(),
      changes: Type.Array(
        Type.Object({
          path: FileName,
          declared: Type.Boolean(),
          how: Type.Union([
            Type.Literal('added'),
            Type.Literal('changed'),
            Type.Literal('mode'),
            Type.Literal('removed'),
            Type.Literal('unread'),
            Type.Literal('no-original'),
          ]),
          modeChanged: Type.Boolean(),
          before: OrNull(Type.Object(State)),
          after: OrNull(Type.Object(State)),
          /** A unified diff, where both are text. */
          text: OrNull(Type.String()),
          why: OrNull(Type.String()),
        }),
      ),
    }),
  ),
});
export type ChangeReport = Static<typeof ChangeReport>;

export const TakeBody = Type.Object({ sha256: Sha256 }, { additionalProperties: false });
