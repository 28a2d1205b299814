// Asks a silent peer whether it is still there, on either leg. ssh2 could do it, but not on our clock, and towards a client
// that is gone it only closes its own half of a connection that nobody will ever close from the other side.

import type { Socket } from 'node:net';
import type { Client, Connection } from 'ssh2';
import type { Clock } from '../../store/core/clock.ts';

export interface SilenceLimits {
  /** How long a peer may be silent before it is asked, in milliseconds. */
  readonly everyMs: number;
  /** Questions in a row without a single byte in return. */
  readonly mostUnanswered: number;
}

export const SILENCE_LIMITS: SilenceLimits = { everyMs: 15_000, mostUnanswered: 3 };

/** From the end of the login on; destroys the socket of a peer that is gone, then calls `onGone`. */
export function keepAlive(
  connection: Connection | Client,
  socket: Socket,
  clock: Clock,
  limits: SilenceLimits,
  onGone: () => void = () => {},
): void {
  const { _protocol: protocol } = connection as unknown as { readonly _protocol: { ping(): void } };
  connection.once('ready', () => {
    let heard = socket.bytesRead;
    let unanswered = 0;
    const stop = clock.every(limits.everyMs, () => {
      if (socket.bytesRead > heard) unanswered = 0;
      else if (unanswered === limits.mostUnanswered) return gone();
      else {
        unanswered += 1;
        protocol.ping();
      }
      heard = socket.bytesRead;
    });
    const gone = (): void => {
      socket.destroy();
      onGone();
    };
    if (socket.destroyed) stop();
    else socket.once('close', stop);
  });
}
