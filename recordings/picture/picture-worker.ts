// The thread that draws one recording. Whoever started it listens for the frames it comes to, and ends it when there are
// none any more.

import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { Secret } from '../../store/core/secret.ts';
import { buildPicture } from './build-picture.ts';

export interface WorkerInput {
  readonly directory: string;
  readonly path: string;
  readonly dataKey: Uint8Array;
  readonly bareLineFeeds: boolean;
  readonly skip: readonly number[];
}

export type WorkerSays =
  | { readonly kind: 'frame'; readonly frame: number }
  | { readonly kind: 'done'; readonly built: boolean }
  | { readonly kind: 'failed'; readonly why: string };

/** Sessions go first. On Linux this is the thread's own. */
const LOWEST_PRIORITY = 19;

if (parentPort !== null) await work(workerData as WorkerInput, (message) => parentPort?.postMessage(message));

async function work(input: WorkerInput, say: (message: WorkerSays) => void): Promise<void> {
  const { directory, path, dataKey, bareLineFeeds, skip } = input;
  try {
    setPriority(LOWEST_PRIORITY);
    const built = await buildPicture({
      directory,
      path,
      dataKey: Secret.ofBytes(Buffer.from(dataKey)),
      bareLineFeeds,
      skip: new Set(skip),
      onFrame: (frame) => say({ kind: 'frame', frame }),
    });
    say({ kind: 'done', built });
  } catch (error) {
    say({ kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
