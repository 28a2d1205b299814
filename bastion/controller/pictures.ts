// Has the pictures of ended sessions made, one after the other: key frames to seek by, and the commands. Nothing waits
// for them and nothing depends on them; what is missing is made at the next start.

import { existsSync } from 'node:fs';
import type { EndedSession } from '../../approvals/access/ended-sessions.ts';
import { picturePath } from '../../recordings/picture/picture-file.ts';
import { watchedBuild } from '../../recordings/picture/watched-build.ts';
import { readHeader } from '../../recordings/read/read-header.ts';
import { recordingDirectory, trackPath } from '../../recordings/storage/recording-directory.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import type { Cancel, Clock } from '../../store/core/clock.ts';
import type { SessionId } from '../../store/core/ids.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { Changes } from '../../store/notify.ts';

export interface Pictures {
  /** From now on, beginning with what an earlier run left undone. */
  start(): void;
  /** Resolves when everything that has ended is drawn. */
  settled(): Promise<void>;
  /** Resolves once the picture of that session was drawn, or cannot be, or nothing draws any more. */
  drawn(session: SessionId): Promise<void>;
  /** Stops in the middle; the next start goes on there. */
  close(): Promise<void>;
}

/** Sessions often end together, and people come before their pictures. */
const REST_MS = 1000;

export function createPictures(uses: {
  /** Sessions that ended at that moment or later, oldest first. */
  readonly ended: (since: number) => Promise<readonly EndedSession[]>;
  readonly root: string;
  readonly derived: string;
  readonly recordsKey: Secret;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly logger: Logger;
}): Pictures {
  const { ended, root, derived, recordsKey, changes, clock, logger } = uses;
  const stop = new AbortController();
  const tried = new Set<string>();
  const done = new Set<string>();
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  let since = 0;
  let rest: Cancel | undefined;
  let unsubscribe = (): void => {};
  let running: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => {
    running = running.then(drawAll).catch((error: unknown) => logger.error('pictures.failed', error, {}));
    return running;
  };
  return {
    start() {
      unsubscribe = changes.subscribe((topic) => {
        if (topic !== 'sessions' || rest !== undefined) return;
        rest = clock.after(REST_MS, () => {
          rest = undefined;
          void look();
        });
      });
      void look();
    },
    settled: () => look(),
    async drawn(session) {
      if (done.has(session) || stop.signal.aborted) return;
      const one = waiting.get(session) ?? Promise.withResolvers<void>();
      waiting.set(session, one);
      await Promise.race([one.promise, look()]);
      waiting.delete(session);
    },
    async close() {
      unsubscribe();
      rest?.();
      stop.abort();
      await running;
    },
  };

  async function drawAll(): Promise<void> {
    if (stop.signal.aborted) return;
    const sessions = await ended(since);
    for (const session of sessions) {
      since = Math.max(since, session.endedAt);
      if (tried.has(session.id) || stop.signal.aborted) continue;
      tried.add(session.id);
      if (hasScreen(session))
        await draw(session).catch((error: unknown) => {
          if (!stop.signal.aborted) logger.error('picture.failed', error, { session: session.id });
        });
      done.add(session.id);
      waiting.get(session.id)?.resolve();
    }
  }

  async function draw({ id, kind }: EndedSession): Promise<void> {
    const path = picturePath(derived, id);
    const directory = recordingDirectory(root, id);
    const header = existsSync(path) ? undefined : await readHeader(trackPath(directory, 'screen'));
    if (header === undefined) return;
    const dataKey = unwrapTrackKey(recordsKey, header);
    const build = { directory, path, dataKey, bareLineFeeds: kind === 'exec', clock, signal: stop.signal };
    const { skipped } = await watchedBuild(build);
    if (skipped.length > 0) logger.warn('picture.gaps', { session: id, frames: skipped.length });
  }
}

function hasScreen({ kind }: EndedSession): boolean {
  return kind === 'shell' || kind === 'exec';
}
