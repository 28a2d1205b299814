// ssh2 gates its writes on the peer's channel window only; a client that offers a window of 2^31 and stops reading
// would be buffered without limit. So whoever writes a lot asks the socket below, too, and the exchange of keys that may be
// under way.

import type { Socket } from 'node:net';
import type { KeyRenewal } from './key-renewal.ts';

/** Bytes that may wait in the socket before a sender must wait as well. */
const LIMIT = 1024 * 1024;

/** A promise while the connection is too far behind, resolved when it can take more or has closed. */
export function socketPressure(socket: Socket, keys: KeyRenewal): Promise<void> | undefined {
  if (socket.destroyed) return undefined;
  const exchange = keys.pressure();
  if (exchange !== undefined) return exchange;
  if (socket.writableLength <= LIMIT) return undefined;
  return new Promise((resolve) => {
    const settle = () => {
      socket.off('drain', settle).off('close', settle);
      resolve();
    };
    socket.once('drain', settle).once('close', settle);
  });
}
