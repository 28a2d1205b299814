// One live view from the token to its end.

import { type RefObject, useEffect, useState } from 'react';
import type { FlowState, WatchSays } from '../../contract/supervision.ts';
import type { Sentence } from '../../contract/words.ts';
import { askToWatch } from '../api/supervision.ts';
import { FILE_OPS } from '../sessions/file-ops.ts';
import { mountWatchScreen, type WatchScreen } from './watch-screen.ts';
import { connectWatch } from './watch-socket.ts';

export type WatchPhase =
  | { readonly name: 'opening' }
  /** It did not come to a view. */
  | { readonly name: 'refused'; readonly error: Error }
  | { readonly name: 'watching'; readonly skipped: number }
  | { readonly name: 'lost' }
  | { readonly name: 'ended'; readonly reason: string; readonly text: Sentence };

export type FileSaid = Extract<WatchSays, { type: 'file' }>;

export interface WatchView {
  readonly phase: WatchPhase;
  readonly flow: FlowState | undefined;
  /** What the engineer has just been told. */
  readonly notice: Sentence | undefined;
  /** Newest first, and no more than can be looked at. */
  readonly files: readonly FileSaid[];
  readonly again: () => void;
}

const MOST_FILES = 200;
/** Looking and the pieces of a transfer are in the recording. */
const TOLD_OPS: readonly string[] = FILE_OPS;

interface Seen extends Omit<WatchView, 'again'> {}
const NOTHING: Seen = { phase: { name: 'opening' }, flow: undefined, notice: undefined, files: [] };

export function useWatch(
  place: RefObject<HTMLElement | null>,
  session: string,
  { bareLineFeeds }: { readonly bareLineFeeds: boolean },
): WatchView {
  const [seen, setSeen] = useState<Seen>(NOTHING);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another view
  useEffect(() => {
    if (place.current === null) return;
    const screen = mountWatchScreen(place.current, bareLineFeeds);
    let gone = false;
    let close = () => {};
    setSeen(NOTHING);
    askToWatch(session).then(
      ({ token }) => {
        if (gone) return;
        close = connectWatch(token, {
          onBytes: screen.write,
          onSays: (says) => {
            resizeAs(screen, says);
            setSeen((before) => heard(before, says));
          },
          onLost: () => setSeen((before) => ({ ...before, phase: { name: 'lost' } })),
        });
      },
      (error: Error) => {
        if (!gone) setSeen({ ...NOTHING, phase: { name: 'refused', error } });
      },
    );
    return () => {
      gone = true;
      close();
      screen.dispose();
    };
  }, [place, session, bareLineFeeds, attempt]);
  return { ...seen, again: () => setAttempt((before) => before + 1) };
}

function resizeAs(screen: WatchScreen, says: WatchSays): void {
  if (says.type === 'watching' || says.type === 'resize') screen.resize(says.columns, says.rows);
}

function heard(before: Seen, says: WatchSays): Seen {
  switch (says.type) {
    case 'watching':
      return { ...before, phase: { name: 'watching', skipped: says.skipped } };
    case 'flow':
      return { ...before, flow: says.state };
    case 'notice':
      return { ...before, notice: says.text };
    case 'file':
      if (says.what === 'asked' && !TOLD_OPS.includes(says.op)) return before;
      return { ...before, files: [says, ...before.files].slice(0, MOST_FILES) };
    case 'ended':
      return { ...before, phase: { name: 'ended', reason: says.reason, text: says.text } };
    case 'resize':
      return before;
  }
}
