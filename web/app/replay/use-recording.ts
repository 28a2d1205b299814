// Fetches a recording page by page. The player works as soon as the first page is here; a jump behind what is here begins
// anew at the key frame before it.

import { useCallback, useEffect, useState } from 'react';
import type { ReplayPage } from '../../contract/sessions.ts';
import { replayPage, replayPageAt } from '../api/sessions.ts';
import { grown, holds, type Timeline } from './timeline.ts';

export interface Recording {
  readonly timeline: Timeline | undefined;
  readonly error: unknown;
  /** Has what is needed to show that moment fetched next, where it is not here. */
  readonly want: (at: number) => void;
}

/** `reading`: another number reads it again. `from`: what is wanted first, in milliseconds. */
export function useRecording(sessionId: string, reading: number, from: number | undefined): Recording {
  const [recording, setRecording] = useState<Omit<Recording, 'want'>>({ timeline: undefined, error: undefined });
  const [sought, setSought] = useState(from === undefined ? undefined : Math.floor(from));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another reading of the same session
  useEffect(() => {
    let left = false;
    const load = async () => {
      let timeline: Timeline | undefined;
      for (let next: number | null = 0; next !== null && !left; ) {
        const first: boolean = timeline === undefined;
        const page: ReplayPage =
          first && sought !== undefined ? await replayPageAt(sessionId, sought) : await replayPage(sessionId, next);
        timeline = grown(timeline, page);
        next = page.live ? null : page.next;
        if (!left) setRecording({ timeline, error: undefined });
      }
    };
    load().catch((error: unknown) => {
      if (!left) setRecording((before) => ({ ...before, error }));
    });
    return () => {
      left = true;
    };
  }, [sessionId, reading, sought]);
  const { timeline } = recording;
  const want = useCallback(
    (at: number) => {
      if (timeline !== undefined && !holds(timeline, at)) setSought(Math.floor(at));
    },
    [timeline],
  );
  return { ...recording, want };
}
