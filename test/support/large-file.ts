// Files that no test should hold in its own memory.

import { createCipheriv, createHash } from 'node:crypto';
import { closeSync, createReadStream, mkdtempSync, openSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const MIB = 1024 * 1024;

/** A new folder, in memory where that much fits, so that no disk is measured or worn. The caller removes it. */
export function folderWithRoom(bytes: number): string {
  const { bavail, bsize } = statfsSync('/dev/shm');
  return mkdtempSync(join(bavail * bsize > 2 * bytes ? '/dev/shm' : tmpdir(), 'sluice-large-'));
}

/** Bytes without a pattern that lines up with any window or packet; answers their hash. */
export function fill(file: string, bytes: number): string {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  const hash = createHash('sha256');
  const nothing = Buffer.alloc(MIB);
  const to = openSync(file, 'w');
  for (let left = bytes; left > 0; left -= MIB) {
    const piece = cipher.update(nothing.subarray(0, Math.min(left, MIB)));
    hash.update(piece);
    writeSync(to, piece);
  }
  closeSync(to);
  return hash.digest('hex');
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
