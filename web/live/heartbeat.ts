// A browser whose machine vanished says nothing. It is asked now and then, and is gone when it does not answer; the
// asking itself finds a connection that was closed while nothing was being read from it.

import type { WebSocket } from 'ws';
import type { Clock } from '../../store/core/clock.ts';

const BEAT_MS = 20_000;

export function terminateWhenSilent(socket: WebSocket, clock: Clock): void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const stop = clock.every(BEAT_MS, () => {
    // While we read nothing an answer cannot be seen: that is our silence, not the browser's.
    if (!answered && !socket.isPaused) {
      socket.terminate();
      return;
    }
    answered = socket.isPaused;
    socket.ping();
  });
  socket.once('close', stop);
}
