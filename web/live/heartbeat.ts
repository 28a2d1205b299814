// A browser whose machine vanished says nothing. It is asked now and then, and is gone when it does not answer; the
// asking itself finds a connection that was closed while nothing was being read from it.

import type { WebSocket } from 'ws';
import type { Clock } from '../../store/core/clock.ts';

const BEAT_MS = 20_000;

/** Answers whether it was this that ended the connection. */
export function terminateWhenSilent(socket: WebSocket, clock: Clock, beatMs: number = BEAT_MS): () => boolean {
  let answered = true;
  let silent = false;
  socket.on('pong', () => {
    answered = true;
  });
  const stop = clock.every(beatMs, () => {
    // While we read nothing an answer cannot be seen: that is our silence, not the browser's.
    if (!answered && !socket.isPaused) {
      silent = true;
      socket.terminate();
      return;
    }
    answered = socket.isPaused;
    socket.ping();
  });
  socket.once('close', stop);
  return () => silent;
}
