// Watches from a thread of its own how connections go: whoever is cut and whoever cuts share this process's main one,
// which writes down a hundred ends meanwhile and would see them late.

import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { connectionsTo } from './connections.ts';

export interface ConnectionWatch {
  /** When each of them was gone, milliseconds since 1970, earliest first. Resolves when the last one is. */
  readonly gone: Promise<readonly number[]>;
}

const EVERY_MS = 2;

/** Of the established connections to that loopback port. Resolves when it watches. */
export async function watchConnections(port: number): Promise<ConnectionWatch> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { port } });
  const watching = once(worker, 'message');
  const gone = watching.then(() => once(worker, 'message')).then(([times]) => times as readonly number[]);
  await watching;
  return { gone };
}

if (!isMainThread && parentPort !== null) watch(parentPort, (workerData as { readonly port: number }).port);

function watch(parent: NonNullable<typeof parentPort>, port: number): void {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  let left = connectionsTo(port);
  const times: number[] = [];
  parent.postMessage('watching');
  while (left > 0) {
    Atomics.wait(nobody, 0, 0, EVERY_MS);
    const now = connectionsTo(port);
    for (; left > now; left -= 1) times.push(performance.timeOrigin + performance.now());
  }
  parent.postMessage(times);
}
