// What a session did to files, out of its files track: one row for each thing that was asked, with what came of it.
// Reading it is replaying: it takes a permit, which is an evidence event.

import type { PermitReplay } from '../approvals/access/replay-permit.ts';
import type { AuthenticatedUser } from '../identity/login/authenticated-user.ts';
import type { FileOperation } from '../recordings/format/file-operation.ts';
import { nameOf } from '../recordings/read/file-name.ts';
import { readTrack } from '../recordings/read/read-track.ts';
import { recordingDirectory, trackPath } from '../recordings/storage/recording-directory.ts';
import { unwrapTrackKey } from '../recordings/storage/recording-keys.ts';
import type { Secret } from '../store/core/secret.ts';
import type { FileRow, FilesPage } from './contract/session-files.ts';
import { checkRecording, integrityOf } from './recording-integrity.ts';

export interface SessionFiles {
  /** `from`: 0 or the `next` of the page before. A session without files has an empty page. */
  page(user: AuthenticatedUser, session: string, from: number): Promise<FilesPage>;
}

const PAGE_ROWS = 1000;
const LOOKS = new Set([
  'stat',
  'lstat',
  'realpath',
  'readlink',
  'statvfs',
  'expand-path',
  'home-directory',
  'users-groups-by-id',
  'fsync',
]);

export function createSessionFiles(uses: {
  readonly permit: PermitReplay;
  /** The folder of all recordings. */
  readonly root: string;
  readonly recordsKey: Secret;
}): SessionFiles {
  const { permit, root, recordsKey } = uses;
  return {
    async page(user, id, from) {
      const { session, tracks } = await permit(user, id);
      const checked = await checkRecording(root, session.id, { tracks, live: session.endedAt === null });
      const table = new FileTable(from, PAGE_ROWS);
      const track = trackPath(recordingDirectory(root, session.id), 'files');
      try {
        for await (const event of readTrack(track, (header) => unwrapTrackKey(recordsKey, header))) {
          if (event.kind === 'file') table.add(event.at, event.operation);
        }
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
      return { ...table.page(), integrity: integrityOf(checked) };
    },
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Holds the rows of one page only, however long the track is. */
class FileTable {
  readonly #from: number;
  readonly #most: number;
  readonly #rows = new Map<number, Writable<FileRow>>();
  #count = 0;
  #looked = 0;

  constructor(from: number, most: number) {
    this.#from = from;
    this.#most = most;
  }

  add(at: number, operation: FileOperation): void {
    switch (operation.what) {
      case 'asked':
        this.#asked(at, operation, null);
        return;
      case 'refused':
        this.#asked(at, operation, operation.why);
        return;
      case 'answered': {
        const row = this.#rows.get(operation.n);
        if (row !== undefined) row.code = operation.code;
        return;
      }
      case 'closed': {
        const row = this.#rows.get(operation.of);
        const { complete, read, written, entries, size, hashed, sha256, why } = operation;
        if (row !== undefined) row.closed = { complete, read, written, entries, size, hashed, sha256, why };
        return;
      }
      case 'moved':
      case 'not-understood':
        return;
    }
  }

  page(): Pick<FilesPage, 'rows' | 'looked' | 'next'> {
    const end = this.#from + this.#rows.size;
    return { rows: [...this.#rows.values()], looked: this.#looked, next: end < this.#count ? end : null };
  }

  #asked(
    at: number,
    operation: Extract<FileOperation, { readonly what: 'asked' | 'refused' }>,
    refused: string | null,
  ): void {
    if (LOOKS.has(operation.op) && refused === null) {
      this.#looked += 1;
      return;
    }
    this.#count += 1;
    if (this.#count <= this.#from || this.#rows.size >= this.#most) return;
    const { n, path, to } = operation;
    this.#rows.set(n, {
      n,
      at,
      what: whatOf(operation.op, operation.flags),
      path: path === undefined ? null : nameOf(path),
      to: to === undefined ? null : nameOf(to),
      code: operation.what === 'refused' ? operation.code : null,
      refused,
      closed: null,
    });
  }
}

function whatOf(op: string, flags: readonly string[] = []): string {
  if (op === 'opendir') return 'list';
  if (op !== 'open') return op;
  return flags.some((flag) => flag !== 'read') ? 'upload' : 'download';
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
