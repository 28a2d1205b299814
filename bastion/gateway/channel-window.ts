// How much a peer may have us keep unread. Our patch of ssh2 ends a connection that sends beyond its window; two streams in
// one window need more, and nothing here should rest on one check alone. So whoever reads from a peer asks, after each
// piece of network input, how much of it lies unread.

import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** One stream: a window of 2 MiB that is given again while as much is still unread, and one packet. */
export const MOST_UNREAD = 4 * 1024 * 1024 + 64 * 1024;
/**
 * Two streams in one window: ssh2 gives the window again when either has room, so that an honest server may fill one
 * while the other is read. This is far beyond what it does.
 */
export const MOST_UNREAD_OF_TWO = 64 * 1024 * 1024;

/** Destroys the socket when any of the streams holds more than that many bytes. */
export function guardWindow(
  socket: Socket,
  most: number,
  streams: () => Iterable<Readable>,
  onOverrun: () => void,
): void {
  socket.on('data', () => {
    for (const stream of streams()) {
      if (stream.readableLength <= most) continue;
      onOverrun();
      socket.destroy();
      return;
    }
  });
}
