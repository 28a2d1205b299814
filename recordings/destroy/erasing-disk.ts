// What erasing asks of a disk: whole steps, each durable when it resolves and the same when it is done again. Narrow so
// that tests can break every step.

import { constants } from 'node:fs';
import { open, readdir, rm, rmdir } from 'node:fs/promises';

export interface ErasingDisk {
  /** Names in the folder; undefined where there is none. */
  list(directory: string): Promise<readonly string[] | undefined>;
  /** Writes zeros over the first `bytes` bytes, as far as there are so many. What is no file stays as it is. */
  blank(path: string, bytes: number): Promise<void>;
  /** Whatever it is, or nothing. */
  remove(path: string): Promise<void>;
  removeDirectory(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
}

export const systemErasingDisk: ErasingDisk = {
  list: (directory) => readdir(directory).catch(ifMissing),
  async blank(path, bytes) {
    // A link leads to what is not to be erased; opening a pipe would wait for ever.
    const { O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;
    const file = await open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK).catch(ifMissing);
    if (file === undefined) return;
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return;
      await file.write(Buffer.alloc(Math.min(bytes, stats.size)), 0, undefined, 0);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  remove: (path) => rm(path, { recursive: true, force: true }),
  removeDirectory: (path) => rmdir(path).catch(ifMissing),
  async syncDirectory(path) {
    const directory = await open(path, 'r').catch(ifMissing);
    await directory?.sync().finally(() => directory.close());
  },
};

function ifMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && ['ENOENT', 'ELOOP', 'ENXIO', 'EISDIR'].includes(String(error.code)))
    return undefined;
  throw error;
}
