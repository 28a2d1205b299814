// The tracks of a recording and what every file of the format agrees on. FORMAT.md is the normative text.

/**
 * `screen`: what could be seen. `keys`: every raw byte that was typed. `files`: what was done to files, in sessions
 * that may move any.
 */
export const TRACKS = ['screen', 'keys', 'files'] as const;
export type TrackName = (typeof TRACKS)[number];

/** One value for each track of a recording. */
export interface PerTrack<T> {
  readonly screen: T;
  readonly keys: T;
  readonly files?: T;
}

/** The same for each track that is there. */
export function eachTrack<T, U>(tracks: PerTrack<T>, of: (value: T, track: TrackName) => U): Of<U> {
  const { screen, keys, files } = tracks;
  return {
    screen: of(screen, 'screen'),
    keys: of(keys, 'keys'),
    ...(files === undefined ? {} : { files: of(files, 'files') }),
  };
}

// A type and not the interface: what is made of it goes into events, which take JSON.
type Of<U> = { readonly screen: U; readonly keys: U; readonly files?: U };

/** Those that are there, in the order of TRACKS. */
export function trackValues<T>({ screen, keys, files }: PerTrack<T>): readonly T[] {
  return files === undefined ? [screen, keys] : [screen, keys, files];
}

export const FORMAT_VERSION = 1;
/** AES-256-GCM seals, SHA-256 chains, zstd shortens. A reader refuses every name it does not know. */
export const SUITE = 'aes-256-gcm+sha-256+zstd';

export const HASH_BYTES = 32;
export const TAG_BYTES = 16;
export const KEY_BYTES = 32;

export function trackFile(track: TrackName): string {
  return `${track}.track`;
}
