// A live session as a supervisor sees it: its recording, read while it is being written. Every byte is in there before it
// is passed on, so the view is never ahead of the evidence, and a view that falls behind holds nobody up. What was typed
// is not in it, only what the terminal drew.

import type { WatchPermit } from '../approvals/supervision/watch-permit.ts';
import { isWatchPermit } from '../approvals/supervision/watch-permit.ts';
import { nameOf } from '../recordings/read/file-name.ts';
import type { RecordedEvent } from '../recordings/read/read-track.ts';
import { TrackCursor } from '../recordings/read/track-cursor.ts';
import { recordingDirectory, trackPath } from '../recordings/storage/recording-directory.ts';
import { unwrapTrackKey } from '../recordings/storage/recording-keys.ts';
import type { Clock } from '../store/core/clock.ts';
import type { Secret } from '../store/core/secret.ts';
import type { WatchSays } from './contract/supervision.ts';

/** Who looks. */
export interface Viewer {
  /** Resolves when they have taken the bytes. */
  output(bytes: Buffer): Promise<void>;
  says(message: Extract<WatchSays, { type: 'watching' | 'resize' | 'notice' | 'file' }>): void;
}

export interface LiveView {
  /** Shows what there is, then what comes, until the signal fires. */
  show(permit: WatchPermit, viewer: Viewer, signal: AbortSignal): Promise<void>;
}

/** Output before this is not shown: enough to draw any screen again. */
const MOST_HISTORY = 256 * 1024;
/** How far behind a view may be: a third of what a person notices. */
const LOOK_EVERY_MS = 50;

export function createLiveView(uses: {
  /** The folder of all recordings. */
  readonly root: string;
  readonly recordsKey: Secret;
  readonly clock: Clock;
}): LiveView {
  const { root, recordsKey, clock } = uses;
  const cursorOf = (directory: string, track: 'screen' | 'files') =>
    TrackCursor.open(trackPath(directory, track), (header) => unwrapTrackKey(recordsKey, header));
  return {
    async show(permit, viewer, signal) {
      if (!isWatchPermit(permit)) throw new Error('expected a permit to watch');
      const { id } = permit.session;
      const directory = recordingDirectory(root, id);
      const [screen, files] = await Promise.all([cursorOf(directory, 'screen'), cursorOf(directory, 'files')]);
      if (screen === undefined) throw new Error(`expected the recording of ${id}, found none`);
      try {
        await begin(id, screen, viewer, signal);
        while (!signal.aborted) {
          await passOn(screen, viewer, signal);
          if (files !== undefined) await passOn(files, viewer, signal);
          await pause(clock, signal);
        }
      } finally {
        await Promise.all([screen.close(), files?.close()]);
      }
    },
  };
}

/** The end of what was seen so far, in the size that the terminal has by now. */
async function begin(sessionId: string, screen: TrackCursor, viewer: Viewer, signal: AbortSignal): Promise<void> {
  const { terminal } = screen.header.header;
  let size = { columns: terminal?.columns ?? 80, rows: terminal?.rows ?? 24 };
  const kept: Buffer[] = [];
  let [bytes, skipped] = [0, 0];
  for (let event = await screen.nextEvent(); event !== undefined; event = await screen.nextEvent()) {
    if (signal.aborted) return;
    if (event.kind === 'resize') size = { columns: event.columns, rows: event.rows };
    if (event.kind !== 'output' && event.kind !== 'error-output') continue;
    kept.push(event.bytes);
    bytes += event.bytes.length;
    while (bytes > MOST_HISTORY && kept.length > 1) {
      const gone = kept.shift()?.length ?? 0;
      bytes -= gone;
      skipped += gone;
    }
  }
  viewer.says({ type: 'watching', sessionId, ...size, skipped });
  await viewer.output(Buffer.concat(kept));
}

async function passOn(cursor: TrackCursor, viewer: Viewer, signal: AbortSignal): Promise<void> {
  for (let event = await cursor.nextEvent(); event !== undefined && !signal.aborted; event = await cursor.nextEvent()) {
    await tell(event, viewer);
  }
}

async function tell(event: RecordedEvent, viewer: Viewer): Promise<void> {
  switch (event.kind) {
    case 'output':
    case 'error-output':
      return viewer.output(event.bytes);
    case 'resize':
      return viewer.says({ type: 'resize', columns: event.columns, rows: event.rows });
    case 'notice':
      return viewer.says({ type: 'notice', text: { ...event.sentence } });
    case 'file': {
      const { operation } = event;
      if (operation.what !== 'asked' && operation.what !== 'refused') return;
      const { what, op, path, to } = operation;
      return viewer.says({
        type: 'file',
        what,
        op,
        path: path ? nameOf(path).text : null,
        to: to ? nameOf(to).text : null,
      });
    }
    case 'input':
    case 'typed':
    case 'marker':
    case 'end':
      return;
  }
}

function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      cancel();
      signal.removeEventListener('abort', settle);
      resolve();
    };
    const cancel = clock.after(LOOK_EVERY_MS, settle);
    signal.addEventListener('abort', settle, { once: true });
    if (signal.aborted) settle();
  });
}
