// Answers to a peer that asks and does not read. Nearly every message of SSH can be made to want one, before the login too
// (CHANNEL_OPEN is refused, what is unknown is answered by UNIMPLEMENTED); ssh2 writes them all, whoever takes them.

import type { Socket } from 'node:net';

/** More than the pumps and a drained key exchange ever leave waiting. */
const MOST_UNSENT = 8 * 1024 * 1024;
/** Before the login nothing of ours is large. */
const MOST_UNSENT_TO_STRANGERS = 128 * 1024;

/** Destroys the socket when too much that was written to it waits to be sent. */
export function guardUnsent(socket: Socket, isKnown: () => boolean, onFlood: () => void = () => {}): void {
  socket.on('data', () => {
    if (socket.writableLength <= (isKnown() ? MOST_UNSENT : MOST_UNSENT_TO_STRANGERS)) return;
    onFlood();
    socket.destroy();
  });
}
