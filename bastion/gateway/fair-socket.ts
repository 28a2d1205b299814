// A share for everybody on one thread. libuv reads a busy socket up to 32 times before it looks at the next one, so that
// every key typed in another session waits for a download; and ssh2 makes one system call for each packet it sends.

import type { Socket } from 'node:net';

/** A read as long as this is part of something large: the next one waits for its turn. */
const LARGE_READ = 16 * 1024;

/** One large read per turn of the loop; all that is written within a turn goes out with one call. */
export function shareFairly(socket: Socket): void {
  socket.on('data', (bytes: Buffer) => {
    if (bytes.length < LARGE_READ) return;
    // What the kernel has given already is kept, and stops the reading.
    socket.pause();
    setImmediate(() => socket.resume());
  });
  const write = socket.write;
  let corked = false;
  const uncork = (): void => {
    corked = false;
    socket.uncork();
  };
  socket.write = function (this: Socket, ...args: Parameters<typeof write>) {
    if (!corked) {
      corked = true;
      socket.cork();
      process.nextTick(uncork);
    }
    return write.apply(this, args);
  } as typeof write;
}
