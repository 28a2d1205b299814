// Reads a track with its key: the events up to where the file stops being whole, and then how it ended. Works on a file
// that is still growing; what was read once is not read again.

import { open } from 'node:fs/promises';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { FileOperation } from '../format/file-operation.ts';
import { FrameOpener } from '../format/frame-opener.ts';
import type { TrackHeader } from '../format/header.ts';
import { parsePayload, type SessionEnd, type TypedLine } from '../format/payload.ts';
import type { TrackName } from '../format/track.ts';
import type { TrackProblem } from '../format/track-problem.ts';
import { type ScannedFrame, TrackScanner } from '../format/track-scanner.ts';

/** `at` is milliseconds since the recording began, with a fraction. */
export type RecordedEvent = { readonly at: number } & (
  | { readonly kind: 'output' | 'error-output' | 'input'; readonly bytes: Buffer }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'notice'; readonly sentence: Sentence }
  | { readonly kind: 'marker'; readonly name: string; readonly details: Json }
  | { readonly kind: 'file'; readonly operation: FileOperation }
  | ({ readonly kind: 'typed' } & TypedLine)
  | ({ readonly kind: 'end' } & SessionEnd)
);

/** The last item of every reading: how the file ended. */
export type TrackEnding = {
  readonly kind: 'file-end';
  readonly at: number;
  readonly track: TrackName | undefined;
  /** `open`: whole frames, no end frame yet. `torn`: stops in the middle of a frame. `altered`: not what was sealed. */
  readonly how: 'complete' | 'open' | 'torn' | 'altered';
  /** First byte of what could not be read. */
  readonly offset: number;
  /** How many frames could be. */
  readonly frames: number;
  readonly problem: TrackProblem | undefined;
};

/** Answers the data key for a track's header; undefined where the reader may not have it. */
export type UnwrapTrackKey = (header: TrackHeader) => Secret | undefined | Promise<Secret | undefined>;

const READ_BYTES = 1024 * 1024;

/** Yields nothing but the ending when there is no key or not even a header. */
export async function* readTrack(file: string, unwrap: UnwrapTrackKey): AsyncGenerator<RecordedEvent | TrackEnding> {
  const scanner = new TrackScanner();
  await using handle = await open(file, 'r');
  let opener: FrameOpener | undefined;
  let at = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, null);
    if (bytesRead === 0) break;
    scanner.push(buffer.subarray(0, bytesRead));
    for (let frame = scanner.next(); frame !== undefined; frame = scanner.next()) {
      opener ??= await openerOf(scanner, unwrap);
      if (opener === undefined) return yield ending(scanner, at, undefined);
      const event = eventOf(frame, opener);
      if (event === undefined) return yield ending(scanner, at, notAsSealed(frame));
      at = event.at;
      yield event;
    }
  }
  yield ending(scanner, at, scanner.problemAtEnd());
}

async function openerOf(scanner: TrackScanner, unwrap: UnwrapTrackKey): Promise<FrameOpener | undefined> {
  const { header } = scanner.position();
  const key = header === undefined ? undefined : await unwrap(header.header);
  return header === undefined || key === undefined ? undefined : new FrameOpener(key, header.hash);
}

/** What is in a frame; undefined where it is not what was sealed. */
export function eventOf(frame: ScannedFrame, opener: FrameOpener): RecordedEvent | undefined {
  const { kind, microseconds } = frame.head;
  const payload = opener.open(frame);
  const at = microseconds / 1000;
  if (payload === undefined) return undefined;
  if (kind === 'output' || kind === 'error-output' || kind === 'input') return { at, kind, bytes: payload };
  try {
    return { at, ...parsePayload(kind, payload) };
  } catch {
    return undefined;
  }
}

function notAsSealed({ offset, head }: ScannedFrame): TrackProblem {
  const sentence = { zh: '密钥无法打开此帧', en: 'the key does not open this frame' };
  return { kind: 'altered', offset, frame: head.sequence, sentence };
}

function ending(scanner: TrackScanner, at: number, problem: TrackProblem | undefined): TrackEnding {
  const { header, frames, bytes, complete } = scanner.position();
  const whole = complete ? 'complete' : 'open';
  return {
    kind: 'file-end',
    at,
    track: header?.header.track,
    how: problem?.kind ?? whole,
    offset: problem?.offset ?? bytes,
    frames: problem?.frame ?? frames,
    problem,
  };
}
