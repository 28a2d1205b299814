// What the recorder asks of a disk, and no more: it can create and append, never open, cut, rename or remove. Narrow so
// that tests can put every fault there is in its place. Callbacks, because a promise per keystroke costs more than the
// write.

import fs from 'node:fs';

export type Done = (error: Error | null) => void;

export interface Disk {
  /** Creates the directory; fails when it exists. */
  makeDirectory(path: string): Promise<void>;
  /** Creates the file for appending, readable by its owner only; fails when it exists. Answers a descriptor. */
  createFile(path: string): Promise<number>;
  /** May write less than asked for. */
  write(file: number, bytes: Buffer, offset: number, done: (error: Error | null, written: number) => void): void;
  /** The file's bytes survive a power cut once `done` was called without an error. */
  sync(file: number, done: Done): void;
  close(file: number, done: Done): void;
  /** The directory's entries survive a power cut once this resolved. */
  syncDirectory(path: string): Promise<void>;
  /** Bytes an ordinary user may still write on that file system. */
  freeBytes(path: string): Promise<number>;
}

/** Syncs waiting in Node's four threads would hold up everybody's keystrokes. */
const SYNCS_AT_ONCE = 2;

export function createSystemDisk(): Disk {
  const sync = limited(SYNCS_AT_ONCE, (file: number, done: Done) => fs.fdatasync(file, done));
  return {
    makeDirectory: (path) => fs.promises.mkdir(path, { mode: 0o700 }),
    createFile: (path) =>
      new Promise((resolve, reject) => {
        const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = fs.constants;
        fs.open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0o600, (error, file) =>
          error === null ? resolve(file) : reject(error),
        );
      }),
    write: (file, bytes, offset, done) => fs.write(file, bytes, offset, bytes.length - offset, null, done),
    sync,
    close: (file, done) => fs.close(file, (error) => done(error ?? null)),
    async syncDirectory(path) {
      const directory = await fs.promises.open(path, 'r');
      await directory.sync().finally(() => directory.close());
    },
    async freeBytes(path) {
      const { bavail, bsize } = await fs.promises.statfs(path);
      return bavail * bsize;
    },
  };
}

function limited(most: number, run: (file: number, done: Done) => void): (file: number, done: Done) => void {
  const waiting: (() => void)[] = [];
  let running = 0;
  const next = (): void => {
    running -= 1;
    waiting.shift()?.();
  };
  return (file, done) => {
    const start = (): void => {
      running += 1;
      run(file, (error) => {
        next();
        done(error);
      });
    };
    if (running < most) start();
    else waiting.push(start);
  };
}
