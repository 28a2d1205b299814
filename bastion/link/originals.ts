// What is said over the link about copies of files: how much may be copied, what was found at a path, and how an
// opening's copying ended. The bytes themselves travel in the bodies of messages, a copy under its number. Names are
// bytes: text where they are UTF-8, base64 where they are not.

import Type, { type Static } from 'typebox';

const Path = Type.Union([
  Type.String({ maxLength: 8192 }),
  Type.Object({ base64: Type.String({ maxLength: 8192 }) }, { additionalProperties: false }),
]);
const Paths = Type.Unsafe<readonly Static<typeof Path>[]>(Type.Array(Path, { maxItems: 1024 }));
const Count = Type.Integer({ minimum: 0 });
const Word = Type.String({ maxLength: 64 });
const closed = { additionalProperties: false } as const;
const orNull = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);

/** What one opening may copy, and one session beyond that. */
export const CopyLimits = Type.Object({
  /** Files, folders and links. */
  files: Type.Integer({ minimum: 1 }),
  bytes: Type.Integer({ minimum: 1 }),
  /** Of a single file. */
  fileBytes: Type.Integer({ minimum: 1 }),
  seconds: Type.Integer({ minimum: 1 }),
});
export type CopyLimits = Static<typeof CopyLimits>;

/** What has to be copied for one session. */
export const CopyPlan = Type.Object({
  /** Absolute paths, copied before anything passes; none where the window's originals are there, or nothing is declared. */
  declared: Paths,
  /** Paths of which only they themselves are looked at, and nothing below; of a reading. */
  alone: Paths,
  /** What the approval said, where the session may go on without copies that could not be made. */
  withoutBackup: orNull(Type.String()),
  limits: CopyLimits,
});
export type CopyPlan = Static<typeof CopyPlan>;

export const FOUND_TYPES = ['file', 'folder', 'link', 'special', 'absent', 'unread'] as const;
export type FoundType = (typeof FOUND_TYPES)[number];

/** What was at a path. */
export const Found = Type.Object(
  {
    path: Path,
    type: Type.Enum([...FOUND_TYPES]),
    /** Permissions, without what kind of file it is. */
    mode: orNull(Count),
    size: orNull(Count),
    /** Seconds since 1970. */
    modified: orNull(Count),
    /** Where a link leads. */
    link: orNull(Path),
    /** The number of its copy; null where there is none. */
    copy: orNull(Count),
    /** What is about to be done to it; null where it is only declared. */
    op: orNull(Word),
    /** Why it could not be read. */
    why: orNull(Word),
  },
  closed,
);
export type Found = Static<typeof Found>;

/** Of one message. A found path takes 20 KiB of JSON at the very most, so that these fit a frame. */
export const MOST_FOUND = 32;

export const CopyFailure = Type.Object({ path: orNull(Path), why: Word }, closed);
export type CopyFailure = Static<typeof CopyFailure>;
