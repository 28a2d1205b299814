// The file of timestamps: each line one checkpoint's size and an RFC 3161 token over the SHA-256 of its whole note.

import { strictBase64 } from '../signed-note.ts';

export const TIMESTAMPS_FILE = 'timestamps';

export interface StoredTimestamp {
  readonly size: number;
  readonly token: Buffer;
}

export function timestampLine({ size, token }: StoredTimestamp): string {
  return `${size} ${token.toString('base64')}\n`;
}

/** A line without its newline; undefined when it is not exactly one. */
export function parseTimestampLine(text: string): StoredTimestamp | undefined {
  const [, sizeText = '', base64 = ''] = /^([1-9]\d{0,15}) (\S+)$/.exec(text) ?? [];
  const [size, token] = [Number(sizeText), strictBase64(base64)];
  return token === undefined || token.length === 0 || !Number.isSafeInteger(size) ? undefined : { size, token };
}
