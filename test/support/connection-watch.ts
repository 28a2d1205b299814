// Watches from a process of its own how connections go: whoever is cut and whoever cuts share this one, which is busy
// meanwhile and would see them late. Where the system allows it, it comes before a hundred programs that all end at once.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { connectionsTo } from './connections.ts';

export interface ConnectionWatch {
  /** When each of them was gone, milliseconds since 1970, earliest first. Resolves when the last one is. */
  readonly gone: Promise<readonly number[]>;
}

/** Each look takes the kernel some milliseconds, which whoever is watched then lacks. */
const EVERY_MS = 15;

/** Of the established connections to that loopback port. Resolves when it watches. */
export async function watchConnections(port: number): Promise<ConnectionWatch> {
  const program = [process.execPath, '--disable-warning=ExperimentalWarning', import.meta.filename, String(port)];
  const first = 'chrt -f -p 1 $$ 2>/dev/null; exec "$@"';
  const child = spawn('sh', ['-c', first, 'sh', ...program], { stdio: ['ignore', 'pipe', 'inherit'] });
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
