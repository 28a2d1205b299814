// What is at a path of the target, without reading it.

import { recordedPath } from '../../../recordings/format/file-operation.ts';
import type { Found, FoundType } from '../../link/originals.ts';
import type { Attrs } from '../sftp/fields.ts';
import { STATUS } from '../sftp/protocol.ts';
import { CopyProblem } from './copy-problem.ts';
import { whyOf } from './read-file.ts';
import type { AskInTime } from './target-files.ts';

const KIND_BITS = 0o170000;
const KINDS: ReadonlyMap<number, FoundType> = new Map([
  [0o100000, 'file'],
  [0o040000, 'folder'],
  [0o120000, 'link'],
]);

/** A link is what it is itself, and not what it leads to. Throws CopyProblem where that cannot be seen. */
export async function look(ask: AskInTime, path: Buffer): Promise<Found> {
  const reply = await ask({ op: 'lstat', path });
  if (isMissing(reply)) return found(path, 'absent', {});
  if (reply.kind !== 'attrs') throw new CopyProblem(whyOf(reply), path);
  const type = typeOf(reply.attrs);
  const link = type === 'link' ? await leadsTo(ask, path) : null;
  return { ...found(path, type, reply.attrs), link };
}

export function isMissing(reply: { readonly kind: string; readonly code?: number }): boolean {
  return reply.kind === 'status' && reply.code === STATUS.noSuchFile;
}

export function unread(path: Buffer, { why }: CopyProblem): Found {
  return { ...found(path, 'unread', {}), why };
}

/** Where a path leads, when links are followed; undefined where it leads nowhere. Throws CopyProblem. */
export async function resolved(ask: AskInTime, path: Buffer): Promise<Buffer | undefined> {
  const reply = await ask({ op: 'realpath', path });
  if (isMissing(reply)) return undefined;
  if (reply.kind !== 'name') throw new CopyProblem(whyOf(reply), path);
  const [name] = reply.names;
  if (reply.names.length !== 1 || name === undefined || name[0] !== SLASH || name.includes(0)) {
    throw new CopyProblem('odd-name', path);
  }
  return Buffer.from(name);
}

const SLASH = 0x2f;

/** A server that says nothing of permissions says nothing of what it is either: never read. */
function typeOf({ mode }: Attrs): FoundType {
  return mode === undefined ? 'special' : (KINDS.get(mode & KIND_BITS) ?? 'special');
}

async function leadsTo(ask: AskInTime, path: Buffer): Promise<Found['link']> {
  const reply = await ask({ op: 'readlink', path });
  const name = reply.kind === 'name' ? reply.names[0] : undefined;
  return name === undefined ? null : recordedPath(name.subarray(0, 4096));
}

export function found(path: Buffer, type: FoundType, { mode, size, times }: Attrs): Found {
  return {
    path: recordedPath(path),
    type,
    mode: mode === undefined ? null : mode & 0o7777,
    size: size !== undefined && Number.isSafeInteger(size) ? size : null,
    modified: times?.modified ?? null,
    link: null,
    copy: null,
    op: null,
    why: null,
  };
}
