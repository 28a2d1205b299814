// Which right of the ticket each request takes. Reading what is there to be found (stat, realpath) comes with any
// right: no client works without it. Renaming over a file and cutting one short count as upload.

import type { FileRight } from '../../../store/core/channel-terms.ts';
import { unreachable } from '../../../store/core/unreachable.ts';
import { EXTENSIONS, isExtension, OPEN_FLAGS } from './protocol.ts';
import type { RequestOp } from './request.ts';

const { write, append, create, truncate, read } = OPEN_FLAGS;
const CHANGING = write | append | create | truncate;

/** All of these are needed; none means that any right will do. */
export function rightsFor(request: { readonly op: RequestOp; readonly flags?: number }): readonly FileRight[] {
  return request.op === 'open' ? forOpening(request.flags ?? 0) : forOp(request.op);
}

function forOpening(flags: number): readonly FileRight[] {
  if ((flags & CHANGING) === 0) return ['download'];
  return (flags & read) === 0 ? ['upload'] : ['download', 'upload'];
}

function forOp(op: Exclude<RequestOp, 'open'>): readonly FileRight[] {
  switch (op) {
    case 'opendir':
      return ['list'];
    case 'setstat':
    case 'lsetstat':
    case 'fsetstat':
    case 'mkdir':
    case 'rename':
    case 'posix-rename':
    case 'hardlink':
    case 'symlink':
    case 'copy-data':
    case 'fsync':
      return ['upload'];
    case 'remove':
    case 'rmdir':
      return ['delete'];
    // On a handle, the right was taken when it was opened.
    case 'read':
    case 'write':
    case 'close':
    case 'readdir':
    case 'fstat':
    case 'fstatvfs':
    case 'lstat':
    case 'stat':
    case 'realpath':
    case 'readlink':
    case 'statvfs':
    case 'expand-path':
    case 'limits':
    case 'home-directory':
    case 'users-groups-by-id':
    case 'unknown':
      return [];
    default:
      return unreachable(op);
  }
}

/** What the client is told of a target's extensions: those that are understood here, in that version, and allowed. */
export function announced(
  extensions: readonly (readonly [name: string, data: string])[],
  rights: readonly FileRight[],
): readonly (readonly [string, string])[] {
  return extensions.filter(([name, data]) => {
    if (!isExtension(name) || EXTENSIONS[name].version !== data) return false;
    return rightsFor(EXTENSIONS[name]).every((right) => rights.includes(right));
  });
}
