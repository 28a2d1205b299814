// Lets the indexer run whenever sessions have changed, one run at a time.

import type { Logger } from '../../store/core/logger.ts';
import type { Changes } from '../../store/notify.ts';
import type { SearchIndexer } from './indexer.ts';

/** Runs at once. Answers what stops it; that resolves when nothing runs any more. */
export function keepIndexed(uses: {
  readonly indexer: Pick<SearchIndexer, 'run'>;
  readonly changes: Changes;
  readonly logger: Logger;
}): () => Promise<void> {
  const { indexer, changes, logger } = uses;
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  let again = false;
  const work = async (): Promise<void> => {
    do {
      again = false;
      await indexer.run(stop.signal).catch((error: unknown) => logger.error('search.index-failed', error));
    } while (again && !stop.signal.aborted);
    running = undefined;
  };
  const look = (): void => {
    if (running !== undefined) again = true;
    else if (!stop.signal.aborted) running = work();
  };
  const unsubscribe = changes.subscribe((topic) => {
    if (topic === 'sessions') look();
  });
  look();
  return async () => {
    stop.abort();
    unsubscribe();
    await running;
  };
}
