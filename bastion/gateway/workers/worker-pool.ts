// The processes that carry the connections which come in at the port. Several, because one thread cannot decrypt one
// person's download while it echoes another's keys; each in a session of its own, so that the kernel gives it a share of
// its own. A worker that dies takes the whole gateway with it: what it carried is over, and the controller writes down how.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Logger } from '../../../store/core/logger.ts';
import type { Received, Receiving } from '../front/reception.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { place } from './placement.ts';

interface Worker {
  readonly process: ChildProcess;
  readonly received: Map<number, Received>;
  bytesPerSecond: number;
}

export interface WorkerPoolParts {
  /** The command line of one worker, without the program. */
  readonly args: readonly string[];
  /** One open descriptor each: its link to the controller. */
  readonly links: readonly number[];
  /** A descriptor that every worker holds for as long as it lives. */
  readonly lifeline: number;
  readonly logger: Logger;
}

export class WorkerPool implements Receiving {
  readonly #workers: readonly Worker[];
  readonly #logger: Logger;
  readonly #ends: Promise<void>[] = [];
  #nextId = 1;

  constructor({ args, links, lifeline, logger }: WorkerPoolParts) {
    this.#logger = logger;
    this.#workers = links.map((link) => this.#start(args, link, lifeline));
  }

  get pids(): readonly number[] {
    return this.#workers.map(({ process }) => process.pid ?? 0);
  }

  /** Resolves when one of them has ended. */
  get lost(): Promise<void> {
    return Promise.race(this.#ends);
  }

  /** Resolves when all of them have. */
  get ended(): Promise<void> {
    return Promise.all(this.#ends).then(() => undefined);
  }

  receive(socket: Socket, source: string, on: Received): () => void {
    const loads = this.#workers.map(({ received, bytesPerSecond }) => ({ connections: received.size, bytesPerSecond }));
    const worker = this.#workers[place(loads)];
    if (worker === undefined) throw new Error('expected a worker, there is none');
    const id = this.#nextId++;
    worker.received.set(id, on);
    this.#say(worker, { type: 'receive', id, source }, socket);
    return () => this.#say(worker, { type: 'drop', id });
  }

  #start(args: readonly string[], link: number, lifeline: number): Worker {
    const child = spawn(process.execPath, [...args], {
      stdio: ['ignore', 'ignore', 'inherit', link, 'ipc', lifeline],
      detached: true,
    });
    // Ours would keep the link open after the worker's death.
    closeSync(link);
    const worker: Worker = { process: child, received: new Map(), bytesPerSecond: 0 };
    child.on('message', (message: FromWorker) => this.#hear(worker, message));
    this.#ends.push(
      new Promise((resolve) =>
        child.once('exit', (code, signal) => {
          this.#logger.info('worker.exited', { pid: child.pid, code, signal });
          resolve();
        }),
      ),
    );
    return worker;
  }

  #hear(worker: Worker, message: FromWorker): void {
    if (message.type === 'load') {
      worker.bytesPerSecond = message.bytesPerSecond;
      return;
    }
    const on = worker.received.get(message.id);
    if (message.type === 'reached') on?.reached(message.stage);
    else if (message.type === 'too-slow') on?.tooSlow();
    else if (message.type === 'signed-in') on?.signedIn();
    else {
      worker.received.delete(message.id);
      on?.closed();
    }
  }

  // A worker that is gone takes everything with it in a moment; there is nobody to tell.
  #say(worker: Worker, message: ToWorker, socket?: Socket): void {
    worker.process.send(message, socket, { keepOpen: false }, (error) => {
      if (error !== null) socket?.destroy();
    });
  }
}
