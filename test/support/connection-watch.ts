// Watches from a process of its own how connections go: whoever is cut and whoever cuts share this one, which is busy
// meanwhile and would see them late. In a session of its own too, so that the kernel gives it a share of the processor.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { connectionsTo } from './connections.ts';

export interface ConnectionWatch {
  /** When each of them was gone, milliseconds since 1970, earliest first. Resolves when the last one is. */
  readonly gone: Promise<readonly number[]>;
}

const EVERY_MS = 2;

/** Of the established connections to that loopback port. Resolves when it watches. */
export async function watchConnections(port: number): Promise<ConnectionWatch> {
  const args = ['--disable-warning=ExperimentalWarning', import.meta.filename, String(port)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return { gone: lines.next().then(({ value }) => JSON.parse(value ?? '[]') as readonly number[]) };
}

if (import.meta.main) watch(Number(process.argv[2]));

function watch(port: number): void {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  let left = connectionsTo(port);
  const times: number[] = [];
  process.stdout.write('watching\n');
  while (left > 0) {
    Atomics.wait(nobody, 0, 0, EVERY_MS);
    const now = connectionsTo(port);
    for (; left > now; left -= 1) times.push(performance.timeOrigin + performance.now());
  }
  process.stdout.write(`${JSON.stringify(times)}\n`);
}
