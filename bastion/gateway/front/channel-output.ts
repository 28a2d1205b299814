// What goes to a client, stdout and stderr, one write at a time. ssh2 lets both wait for the same window, wakes one of
// them, and sends what the other had kept from an earlier wait once more: output is lost, doubled, or stands still for
// ever (seen with a command that floods both). Here only one write is ever under way, and what ssh2 keeps of it is
// cleared.

import { Writable } from 'node:stream';
import type { ServerChannel } from 'ssh2';
import { writeAll } from '../write-all.ts';

export interface ChannelOutput {
  readonly output: Writable;
  readonly errorOutput: Writable;
  /** Calls back when everything written has been handed to the connection. */
  end(done: () => void): void;
  /** The channel is gone: nothing that waits will ever be sent. */
  destroy(): void;
}

/** The fields of lib/Channel.js 1.17.0 that outlive the write they belong to. */
interface Kept {
  _chunk: unknown;
  _chunkcb: unknown;
  _chunkErr: unknown;
  _chunkcbErr: unknown;
}

export function channelOutput(channel: ServerChannel): ChannelOutput {
  const kept = channel as unknown as Kept;
  const waiting: (() => void)[] = [];
  let busy = false;
  const send = (inner: Writable, pieces: readonly Buffer[], done: () => void): void => {
    busy = true;
    writeAll(inner, pieces, () => {
      kept._chunk = kept._chunkcb = kept._chunkErr = kept._chunkcbErr = undefined;
      busy = false;
      done();
      if (!busy) waiting.shift()?.();
    });
  };
  const take = (inner: Writable, pieces: readonly Buffer[], done: () => void): void => {
    if (busy) waiting.push(() => send(inner, pieces, done));
    else send(inner, pieces, done);
  };
  const over = (inner: Writable): Writable =>
    new Writable({
      // The window below is what lets bytes flow; more waiting here would only be more to lose.
      highWaterMark: 1,
      write: (bytes: Buffer, _encoding, done) => take(inner, [bytes], done),
      writev: (chunks, done) =>
        take(
          inner,
          chunks.map(({ chunk }) => chunk),
          done,
        ),
    });
  const both = { output: over(channel), errorOutput: over(channel.stderr) };
  // Destroyed under a write: nobody is left to be told.
  for (const stream of Object.values(both)) stream.on('error', () => undefined);
  return {
    ...both,
    end(done) {
      both.errorOutput.end(() => both.output.end(done));
    },
    destroy() {
      both.output.destroy();
      both.errorOutput.destroy();
    },
  };
}
