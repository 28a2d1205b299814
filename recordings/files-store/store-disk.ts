// What the store of files asks of a disk. Narrow so that tests can break every step.

import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ErasingDisk, systemErasingDisk } from '../destroy/erasing-disk.ts';

export interface StoreDisk extends ErasingDisk {
  /** With the folders above it; each durable in the one above. */
  makeDirectory(path: string): Promise<void>;
  /** Fails when it exists. */
  create(path: string): Promise<FileHandle>;
  write(file: FileHandle, bytes: Buffer, at: number): Promise<void>;
  sync(file: FileHandle): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Empty; whether it was there or not. */
  touch(path: string): Promise<void>;
}

export const systemStoreDisk: StoreDisk = {
  ...systemErasingDisk,
  async makeDirectory(path) {
    const first = await mkdir(path, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let made = path; made.length >= first.length; made = dirname(made)) {
      await systemErasingDisk.syncDirectory(dirname(made));
    }
  },
  create: (path) => open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600),
  async write(file, bytes, at) {
    for (let done = 0; done < bytes.length; ) {
      done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
    }
  },
  sync: (file) => file.sync(),
  rename,
  touch: (path) => writeFile(path, '', { mode: 0o600 }),
};
