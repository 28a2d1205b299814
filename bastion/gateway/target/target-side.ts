// The target's end of a session, over one SSH channel of one connection made for it alone.

import type { Socket } from 'node:net';
import type { Client, ClientChannel } from 'ssh2';
import { guardWindow, MOST_UNREAD_OF_TWO } from '../channel-window.ts';
import type { KeyRenewal } from '../key-renewal.ts';
import type { Exit, TargetSide } from '../session/sides.ts';
import { socketPressure } from '../socket-pressure.ts';

/** `forwarded`: the channel is a connection to somewhere else, no program. */
export function targetSide(
  channel: ClientChannel,
  client: Client,
  socket: Socket,
  keys: KeyRenewal,
  forwarded: boolean,
): TargetSide {
  const closed = new Promise<void>((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });
  guardWindow(
    socket,
    MOST_UNREAD_OF_TWO,
    () => [channel, channel.stderr],
    () => undefined,
  );
  client.on('error', () => socket.destroy());
  channel.on('error', () => socket.destroy());
  return {
    input: channel,
    output: channel,
    errorOutput: channel.stderr,
    pressure: () => socketPressure(socket, keys),
    resize: ({ rows, columns, height, width }) => channel.setWindow(rows, columns, height, width),
    signal(name) {
      try {
        channel.signal(name);
      } catch {
        // ssh2 throws at names outside RFC 4254 section 6.10, and the client chose this one. It is in the recording.
      }
    },
    exit: exitOf(channel, closed, forwarded),
    closed,
    destroy: () => socket.destroy(),
  };
}

function exitOf(channel: ClientChannel, closed: Promise<void>, forwarded: boolean): Promise<Exit | undefined> {
  return new Promise((resolve) => {
    channel.once('exit', (status: number | null, signal?: string, coreDumped?: boolean, description?: string) => {
      if (typeof status === 'number') resolve({ kind: 'status', status });
      else
        resolve({
          kind: 'signal',
          signal: signal ?? 'TERM',
          coreDumped: coreDumped === true,
          description: description ?? '',
        });
    });
    // A server may close the channel without saying how the program ended; then nobody knows.
    channel.once('close', () => resolve(forwarded ? { kind: 'closed' } : undefined));
    void closed.then(() => resolve(undefined));
  });
}
