// Several buffers at once, without joining them: a channel of SSH fills its packets from all of them.

import type { Writable } from 'node:stream';

/** Answers whether more may be written; `done` is called when all of it is taken. */
export function writeAll(to: Writable, pieces: readonly Buffer[], done?: () => void): boolean {
  to.cork();
  let room = true;
  pieces.forEach((piece, nth) => {
    room = to.write(piece, nth === pieces.length - 1 ? done : undefined);
  });
  to.uncork();
  return room;
}
