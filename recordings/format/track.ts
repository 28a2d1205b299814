// The tracks of a recording and what every file of the format agrees on. FORMAT.md is the normative text.

/** `screen`: what could be seen. `keys`: every raw byte that was typed. */
export const TRACKS = ['screen', 'keys'] as const;
export type TrackName = (typeof TRACKS)[number];

export const FORMAT_VERSION = 1;
/** AES-256-GCM seals, SHA-256 chains, zstd shortens. A reader refuses every name it does not know. */
export const SUITE = 'aes-256-gcm+sha-256+zstd';

export const HASH_BYTES = 32;
export const TAG_BYTES = 16;
export const KEY_BYTES = 32;

export function trackFile(track: TrackName): string {
  return `${track}.track`;
}
