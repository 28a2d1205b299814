// A share for everybody on one thread. libuv reads a busy socket up to 32 times before it looks at the next one, so that
// every key typed in another session of this process waits for a download. One large read a turn cures that, and costs a
// fifth of the throughput; so it is done only while somebody shares the process. And ssh2 makes one system call for each
// packet it sends: all that is written within a turn goes out with one.

import type { Socket } from 'node:net';

/** A read as long as this is part of something large: the next one waits for its turn. */
const LARGE_READ = 16 * 1024;

export class FairShare {
  #clients = 0;

  /** A client's connection. */
  addClient(socket: Socket): void {
    this.#clients += 1;
    socket.once('close', () => {
      this.#clients -= 1;
    });
    this.add(socket);
  }

  /** Any other connection that carries what a client asked for. */
  add(socket: Socket): void {
    socket.on('data', (bytes: Buffer) => {
      if (this.#clients < 2 || bytes.length < LARGE_READ) return;
      // What the kernel has given already is kept, and stops the reading.
      socket.pause();
      setImmediate(() => socket.resume());
    });
    writeTogether(socket);
  }
}

function writeTogether(socket: Socket): void {
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
