// The sftp subsystem of a target, for our own questions, on a connection that is there.

import type { Socket } from 'node:net';
import type { Client } from 'ssh2';
import { guardWindow, MOST_UNREAD_OF_TWO } from '../channel-window.ts';
import { CopyProblem } from '../originals/copy-problem.ts';
import type { TargetStream } from '../originals/target-files.ts';

/** Rejects with CopyProblem where the target has none. */
export function openFiles(client: Client, socket: Socket): Promise<TargetStream> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new CopyProblem('no-answer', undefined));
    client.once('close', gone);
    client.subsys('sftp', (error, channel) => {
      client.off('close', gone);
      if (error) {
        reject(new CopyProblem('no-sftp', undefined, error));
        return;
      }
      guardWindow(
        socket,
        MOST_UNREAD_OF_TWO,
        () => [channel, channel.stderr],
        () => undefined,
      );
      channel.on('error', () => channel.destroy());
      // Nobody hears what the program says besides; unread, it would stop.
      channel.stderr.resume();
      resolve({ input: channel, output: channel, close: () => channel.close() });
    });
  });
}
