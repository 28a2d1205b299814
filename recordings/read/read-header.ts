// The header of a track, without reading the rest.

import { open } from 'node:fs/promises';
import type { TrackHeader } from '../format/header.ts';
import { TrackScanner } from '../format/track-scanner.ts';

/** Magic, version, length, the longest JSON and its hash. */
const MOST_HEADER_BYTES = 14 + 65_536 + 32;

/** Undefined where there is no such file, or no whole header in it. */
export async function readHeader(file: string): Promise<TrackHeader | undefined> {
  try {
    await using handle = await open(file, 'r');
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(MOST_HEADER_BYTES), 0, MOST_HEADER_BYTES, 0);
    const scanner = new TrackScanner();
    scanner.push(buffer.subarray(0, bytesRead));
    scanner.next();
    return scanner.position().header?.header;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
