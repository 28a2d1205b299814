// Fetches a recording page by page. The player works as soon as the first page is here.

import { useEffect, useState } from 'react';
import { replayPage } from '../api/sessions.ts';
import { grown, type Timeline } from './timeline.ts';

export interface Recording {
  readonly timeline: Timeline | undefined;
  readonly error: unknown;
}

/** `reading`: another number reads it again, from the start. */
export function useRecording(sessionId: string, reading: number): Recording {
  const [recording, setRecording] = useState<Recording>({ timeline: undefined, error: undefined });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another reading of the same session
  useEffect(() => {
    let left = false;
    const load = async () => {
      let timeline: Timeline | undefined;
      for (let from: number | null = 0; from !== null && !left; ) {
        const page = await replayPage(sessionId, from);
        timeline = grown(timeline, page);
        from = page.next;
        if (!left) setRecording({ timeline, error: undefined });
      }
    };
    load().catch((error: unknown) => {
      if (!left) setRecording((before) => ({ ...before, error }));
    });
    return () => {
      left = true;
    };
  }, [sessionId, reading]);
  return recording;
}
