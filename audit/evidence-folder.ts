// What the log asks of the disk: whole steps, each durable when it resolves, so that a kill falls between two of them
// or tears one append. Narrow so that tests can break every step.

import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface EvidenceFolder {
  /** Creates the folder and its subfolder for leaves where they are missing. */
  prepare(): Promise<void>;
  /** File names relative to the folder, with `/`; none where there is no folder. */
  list(): Promise<readonly string[]>;
  /** Undefined when there is no such file, or no regular one; from `from`, negative counts from the end. */
  read(name: string, from?: number): Promise<Buffer | undefined>;
  /** Adds to the end, creating the file and its folders. A kill may leave a part. */
  append(name: string, bytes: Buffer): Promise<void>;
  /** Puts a new file in place of an old one: one or the other is there, whole. */
  replace(name: string, bytes: Buffer): Promise<void>;
  truncate(name: string, length: number): Promise<void>;
  /** And the folder it was in, where that is one of partial tiles and now empty. */
  remove(name: string): Promise<void>;
}

/** Files being written by `replace` end like this; a kill leaves them behind. */
export const UNFINISHED = '.unfinished';
export const LEAVES_FOLDER = 'leaves';
const PARTIAL = '.p';

export function openEvidenceFolder(directory: string): EvidenceFolder {
  const path = (name: string): string => join(directory, name);
  return {
    async prepare() {
      await mkdir(path(LEAVES_FOLDER), { recursive: true, mode: 0o700 });
      await syncDirectory(directory);
      await syncDirectory(dirname(directory));
    },
    async list() {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      return entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
        .sort();
    },
    read: (name, from) => readFrom(path(name), from ?? 0),
    append: (name, bytes) => append(path(name), bytes),
    async replace(name, bytes) {
      await makeFolder(dirname(path(name)));
      await writeUnfinished(path(name) + UNFINISHED, bytes);
      await rename(path(name) + UNFINISHED, path(name));
      await syncDirectory(dirname(path(name)));
    },
    async truncate(name, length) {
      await using file = await open(path(name), 'r+');
      await file.truncate(length);
      await file.datasync();
    },
    async remove(name) {
      const folder = dirname(path(name));
      await rm(path(name));
      await syncDirectory(folder);
      if (folder.endsWith(PARTIAL)) await rmdir(folder).catch(() => {});
    },
  };
}

// A link leads out of the folder that is verified; opening a pipe would wait for a writer for ever.
const READ_AS_IT_STANDS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function readFrom(path: string, from: number): Promise<Buffer | undefined> {
  try {
    await using file = await open(path, READ_AS_IT_STANDS);
    const stats = await file.stat();
    if (!stats.isFile()) return undefined;
    if (from === 0) return await file.readFile();
    const { size } = stats;
    const start = from < 0 ? Math.max(0, size + from) : Math.min(from, size);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (isMissing(error) || isLink(error)) return undefined;
    throw error;
  }
}

async function append(path: string, bytes: Buffer): Promise<void> {
  const isNew = await stat(path).then(
    () => false,
    () => true,
  );
  if (isNew) await makeFolder(dirname(path));
  const { O_APPEND, O_CREAT, O_WRONLY } = constants;
  const file = await open(path, O_APPEND | O_CREAT | O_WRONLY, 0o600);
  try {
    await file.appendFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  if (isNew) await syncDirectory(dirname(path));
}

/** With the folders above it; each is durable in the one above. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
}

async function writeUnfinished(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}

function isLink(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOOP';
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
