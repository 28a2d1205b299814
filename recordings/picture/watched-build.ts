// Builds a picture in a thread of its own, under a watchdog: a frame the emulator does not come to an end with is left
// out the next time. Memory is bounded by the thread.

import { Worker } from 'node:worker_threads';
import type { Clock } from '../../store/core/clock.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { WorkerInput, WorkerSays } from './picture-worker.ts';

export interface WatchedBuild {
  readonly directory: string;
  readonly path: string;
  readonly dataKey: Secret;
  readonly bareLineFeeds: boolean;
  readonly clock: Clock;
  /** For one frame of at most 64 KiB. */
  readonly patienceMs?: number;
  readonly signal?: AbortSignal;
  /** The thread; another one in tests. */
  readonly program?: URL;
}

export type BuildEnd = { readonly built: boolean; readonly skipped: readonly number[] };

const PATIENCE_MS = 10_000;
/** A recording that hangs the emulator more often than this is not drawn any further. */
const MOST_SKIPPED = 20;
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 };
const PROGRAM = new URL('./picture-worker.ts', import.meta.url);

/** Rejects when it cannot be built: a disk that refuses, a thread that dies of something else. */
export async function watchedBuild(build: WatchedBuild): Promise<BuildEnd> {
  const skipped: number[] = [];
  for (;;) {
    const end = await once(build, skipped);
    if (end.kind === 'done') return { built: end.built, skipped };
    if (end.kind === 'failed') throw new Error(end.why);
    if (skipped.length >= MOST_SKIPPED) throw new Error(`expected to get past frame ${end.frame}`);
    skipped.push(end.frame);
  }
}

type Ending = Exclude<WorkerSays, { readonly kind: 'frame' }> | { readonly kind: 'stuck'; readonly frame: number };

function once(build: WatchedBuild, skip: readonly number[]): Promise<Ending> {
  const { directory, path, dataKey, bareLineFeeds, clock, signal, patienceMs = PATIENCE_MS } = build;
  const input: WorkerInput = { directory, path, dataKey: dataKey.reveal(), bareLineFeeds, skip };
  const worker = new Worker(build.program ?? PROGRAM, { workerData: input, resourceLimits: LIMITS, stdout: true });
  let frame = -1;
  return new Promise<Ending>((resolve) => {
    let cancel = (): void => {};
    const watch = (): void => {
      cancel();
      cancel = clock.after(patienceMs, () => end(frame < 0 ? failed('no frame at all') : { kind: 'stuck', frame }));
    };
    const end = (ending: Ending): void => {
      cancel();
      signal?.removeEventListener('abort', abort);
      void worker.terminate().then(() => resolve(ending));
    };
    const abort = (): void => end(failed('stopped'));
    worker.on('message', (message: WorkerSays) => {
      if (message.kind !== 'frame') end(message);
      else frame = message.frame;
      if (message.kind === 'frame') watch();
    });
    // Out of memory, among others: the frame is the reason, where there was one.
    worker.on('error', (error) => end(frame < 0 ? failed(String(error)) : { kind: 'stuck', frame }));
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    else watch();
  });
}

function failed(why: string): Ending {
  return { kind: 'failed', why };
}
