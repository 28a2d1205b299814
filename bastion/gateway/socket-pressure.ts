// ssh2 gates its writes on the peer's channel window only; a client that offers a window of 2^31 and stops reading
// would be buffered without limit. So whoever writes a lot asks the socket below, too.

import type { Socket } from 'node:net';

/** Bytes that may wait in the socket before a sender must wait as well. */
const LIMIT = 1024 * 1024;

/** A promise while the socket is too far behind, resolved when it has drained or closed. */
export function socketPressure(socket: Socket): Promise<void> | undefined {
  if (socket.writableLength <= LIMIT || socket.destroyed) return undefined;
  return new Promise((resolve) => {
    const settle = () => {
      socket.off('drain', settle).off('close', settle);
      resolve();
    };
    socket.once('drain', settle).once('close', settle);
  });
}
