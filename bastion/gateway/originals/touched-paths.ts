// Which paths an sftp request is about to change, and whether the bytes that are there go with it.

import { OPEN_FLAGS } from '../sftp/protocol.ts';
import type { Request } from '../sftp/request.ts';

export interface TouchedPath {
  readonly path: Buffer;
  /** Whether a link at its end is followed. */
  readonly follows: boolean;
  /** Whether what is in the file is lost, or may be. */
  readonly content: boolean;
}

const { write, append, create, truncate } = OPEN_FLAGS;
const CHANGING = write | append | create | truncate;

/** `open`: the path of the handle that the request names. None where it changes nothing, or only through what is open. */
export function touchedPaths(request: Request, open: Buffer | undefined): readonly TouchedPath[] {
  switch (request.op) {
    case 'open':
      return (request.flags & CHANGING) === 0 ? [] : [{ path: request.path, follows: true, content: true }];
    case 'setstat':
      return [{ path: request.path, follows: true, content: request.attrs.size !== undefined }];
    case 'lsetstat':
      return [{ path: request.path, follows: false, content: request.attrs.size !== undefined }];
    case 'fsetstat':
      return open === undefined ? [] : [{ path: open, follows: true, content: request.attrs.size !== undefined }];
    case 'remove':
      return [{ path: request.path, follows: false, content: true }];
    case 'rmdir':
    case 'mkdir':
    case 'symlink':
      return [{ path: request.path, follows: false, content: false }];
    case 'hardlink':
      return [{ path: request.to, follows: false, content: false }];
    case 'rename':
    case 'posix-rename':
      return [
        { path: request.path, follows: false, content: false },
        { path: request.to, follows: false, content: true },
      ];
    default:
      return [];
  }
}

/** Where the request puts what was elsewhere before: what is known of that place no longer holds. */
export function movedTo(request: Request): { readonly from: Buffer; readonly to: Buffer } | undefined {
  const moves = request.op === 'rename' || request.op === 'posix-rename' || request.op === 'hardlink';
  return moves ? { from: request.path, to: request.to } : undefined;
}
