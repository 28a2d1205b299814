// ssh2 checks its receive window for zero only; a peer that sends beyond it is buffered without limit (upstream #1505).
// So whoever reads from a peer asks, after each piece of network input, how much of it lies unread.

import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** A window of 2 MiB that is given again while as much is still unread, and one packet. */
const MOST_UNREAD = 4 * 1024 * 1024 + 64 * 1024;

/** Destroys the socket when any of the streams holds more than an honest peer can have sent. */
export function guardWindow(socket: Socket, streams: () => Iterable<Readable>, onOverrun: () => void): void {
  socket.on('data', () => {
    for (const stream of streams()) {
      if (stream.readableLength <= MOST_UNREAD) continue;
      onOverrun();
      socket.destroy();
      return;
    }
  });
}
