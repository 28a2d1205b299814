// Copies of files, each stored once however often it comes, encrypted under a key of its own. A file belongs to the
// owners that refer to it, sessions or tickets, and goes with the last of them. Nothing is known of it here but its bytes: what it is called
// and where it was is in the recording and in the evidence, which name its SHA-256.
//
//   <root>/objects/<name>            the file, sealed
//   <root>/references/<session>/<name>   empty: that session refers to it
//   <root>/unfinished/               what is being written; a kill leaves it, `sweep` takes it away

import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionId, TicketId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { Secret } from '../../store/core/secret.ts';
import type { StoreDisk } from './store-disk.ts';
import {
  OBJECT_HEADER_BYTES,
  ObjectNames,
  objectHeader,
  openObjectHeader,
  openPiece,
  PIECE_BYTES,
  SEALED_PIECE_BYTES,
  sealPiece,
} from './stored-object.ts';

export interface StoredFile {
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Whoever a file belongs to; a store has one kind of them. */
export type FileOwner = SessionId | TicketId;

export interface FilesStore {
  /** Durable, and referred to by that session, when it resolves. */
  put(session: FileOwner, content: AsyncIterable<Buffer>): Promise<StoredFile>;
  /** Each piece is checked before it is given; throws `stored-file.absent`, `stored-file.altered`. */
  get(sha256: string): AsyncGenerator<Buffer>;
  /** Takes the session's references away, and files that nobody else refers to. Begun again, it comes to the same end. */
  forget(session: FileOwner): Promise<void>;
  /** The same for one file. */
  release(owner: FileOwner, sha256: string): Promise<void>;
  /** At the start, before anything else: what a kill left. */
  sweep(): Promise<void>;
}

export const storedFileAbsent = defineRefusal('stored-file.absent', 'absent', () => ({
  zh: '没有保存这个文件的副本',
  en: 'no copy of this file is stored',
}));

export const storedFileAltered = defineRefusal('stored-file.altered', 'unavailable', () => ({
  zh: '保存的文件副本已损坏或被改动',
  en: 'the stored copy of this file is damaged or was changed',
}));

const [OBJECTS, REFERENCES, UNFINISHED] = ['objects', 'references', 'unfinished'] as const;

export function createFilesStore(uses: {
  readonly root: string;
  readonly recordsKey: Secret;
  readonly disk: StoreDisk;
}): FilesStore {
  const { root, recordsKey, disk } = uses;
  const names = new ObjectNames(recordsKey);
  const path = (...parts: readonly string[]): string => join(root, ...parts);
  let last: Promise<unknown> = Promise.resolve();
  // A file must not go with its last session while another one is about to refer to it.
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  const keptByOthers = async (owner: FileOwner): Promise<ReadonlySet<string>> => {
    const others = ((await disk.list(path(REFERENCES))) ?? []).filter((other) => other !== owner);
    const kept = new Set<string>();
    for (const other of others) for (const name of (await disk.list(path(REFERENCES, other))) ?? []) kept.add(name);
    return kept;
  };
  return {
    async put(session, content) {
      for (const folder of [OBJECTS, UNFINISHED, join(REFERENCES, session)]) await disk.makeDirectory(path(folder));
      const unfinished = path(UNFINISHED, randomBytes(16).toString('hex'));
      const stored = await write(disk, unfinished, content, recordsKey, names).catch(async (error: unknown) => {
        await disk.remove(unfinished).catch(() => {});
        throw error;
      });
      const name = names.of(stored.sha256);
      await alone(async () => {
        await disk.makeDirectory(path(REFERENCES, session));
        await disk.touch(path(REFERENCES, session, name));
        await disk.syncDirectory(path(REFERENCES, session));
        // In the place of one that is there already: the same bytes, and whole.
        await disk.rename(unfinished, path(OBJECTS, name));
        await disk.syncDirectory(path(OBJECTS));
      });
      return stored;
    },
    async *get(sha256) {
      if (!/^[0-9a-f]{64}$/.test(sha256)) throw storedFileAbsent();
      const name = names.of(sha256);
      yield* read(path(OBJECTS, name), recordsKey, name, sha256);
    },
    forget: (session) =>
      alone(async () => {
        const mine = (await disk.list(path(REFERENCES, session))) ?? [];
        const kept = await keptByOthers(session);
        for (const name of mine) if (!kept.has(name)) await erase(disk, path(OBJECTS, name));
        await disk.syncDirectory(path(OBJECTS));
        // Last: broken off before, they still say what is to go.
        await disk.remove(path(REFERENCES, session));
        await disk.syncDirectory(path(REFERENCES));
      }),
    release: (owner, sha256) =>
      alone(async () => {
        const name = names.of(sha256);
        const mine = (await disk.list(path(REFERENCES, owner))) ?? [];
        if (!mine.includes(name)) return;
        if (!(await keptByOthers(owner)).has(name)) await erase(disk, path(OBJECTS, name));
        await disk.syncDirectory(path(OBJECTS));
        await disk.remove(path(REFERENCES, owner, name));
        await disk.syncDirectory(path(REFERENCES, owner));
      }),
    sweep: () =>
      alone(async () => {
        for (const name of (await disk.list(path(UNFINISHED))) ?? []) await disk.remove(path(UNFINISHED, name));
      }),
  };
}

async function erase(disk: StoreDisk, path: string): Promise<void> {
  await disk.blank(path, OBJECT_HEADER_BYTES);
  await disk.remove(path);
}

async function write(
  disk: StoreDisk,
  path: string,
  content: AsyncIterable<Buffer>,
  recordsKey: Secret,
  names: ObjectNames,
): Promise<StoredFile> {
  const file = await disk.create(path);
  try {
    const dataKey = Secret.ofBytes(randomBytes(32));
    const digest = createHash('sha256');
    let [nth, bytes] = [0, 0];
    for await (const { plain, last } of pieces(content)) {
      digest.update(plain);
      bytes += plain.length;
      await disk.write(file, sealPiece(dataKey, nth, last, plain), OBJECT_HEADER_BYTES + nth * SEALED_PIECE_BYTES);
      nth += 1;
    }
    const sha256 = digest.digest('hex');
    // Only now is it known what it is called, and until now its key is nowhere.
    await disk.write(file, objectHeader(recordsKey, names.of(sha256), dataKey), 0);
    await disk.sync(file);
    return { sha256, bytes };
  } finally {
    await file.close();
  }
}

/** Full pieces, then one that is the last and may be short or empty. */
async function* pieces(content: AsyncIterable<Buffer>): AsyncGenerator<{ plain: Buffer; last: boolean }> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const bytes of content) {
    held.push(bytes);
    length += bytes.length;
    if (length <= PIECE_BYTES) continue;
    let all = Buffer.concat(held);
    for (; all.length > PIECE_BYTES; all = all.subarray(PIECE_BYTES)) {
      yield { plain: all.subarray(0, PIECE_BYTES), last: false };
    }
    held = [all];
    length = all.length;
  }
  yield { plain: Buffer.concat(held), last: true };
}

async function* read(path: string, recordsKey: Secret, name: string, sha256: string): AsyncGenerator<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(ifMissing);
  if (file === undefined) throw storedFileAbsent();
  try {
    const stats = await file.stat();
    const dataKey = openObjectHeader(recordsKey, name, await readAt(file, 0, OBJECT_HEADER_BYTES));
    if (!stats.isFile() || dataKey === undefined) throw storedFileAltered();
    const digest = createHash('sha256');
    let at = OBJECT_HEADER_BYTES;
    for (let nth = 0; at < stats.size || nth === 0; nth += 1) {
      const sealed = await readAt(file, at, SEALED_PIECE_BYTES);
      at += sealed.length;
      const plain = openPiece(dataKey, nth, at >= stats.size, sealed);
      if (plain === undefined) throw storedFileAltered();
      digest.update(plain);
      if (plain.length > 0) yield plain;
    }
    if (digest.digest('hex') !== sha256) throw storedFileAltered();
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, at + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

function ifMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
