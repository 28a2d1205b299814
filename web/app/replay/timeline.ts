// A recording in the browser's memory: events in order of time, bytes decoded once. Pages are appended as they arrive.

import type { EndReason, ReplayEvent, ReplayPage } from '../../contract/sessions.ts';
import type { Sentence } from '../../contract/words.ts';

export type TimelineEvent =
  | { readonly at: number; readonly kind: 'output' | 'error-output' | 'input'; readonly bytes: Uint8Array }
  | {
      readonly at: number;
      readonly kind: 'typed';
      /** When its first key was pressed. */
      readonly since: number;
      readonly keys: number;
      /** Null where the terminal drew nothing of it. */
      readonly text: Uint8Array | null;
    }
  | { readonly at: number; readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly at: number; readonly kind: 'notice'; readonly text: Sentence }
  | { readonly at: number; readonly kind: 'end'; readonly reason: EndReason };

/** How the screen looked where the events begin, for a new terminal of that size. */
export interface TimelineStart {
  /** Milliseconds since the recording began. */
  readonly at: number;
  readonly bytes: Uint8Array;
  /** False where it may differ a little from what was seen. */
  readonly exact: boolean;
}

export interface Timeline {
  readonly columns: number;
  readonly rows: number;
  /** Undefined where the events begin with the recording. */
  readonly start: TimelineStart | undefined;
  readonly durationMs: number;
  readonly events: readonly TimelineEvent[];
  readonly integrity: ReplayPage['integrity'];
  readonly keys: ReplayPage['keys'];
  readonly complete: boolean;
}

/** A gap longer than this is idle. */
export const IDLE_MS = 2000;

export function grown(timeline: Timeline | undefined, page: ReplayPage): Timeline {
  return {
    columns: timeline?.columns ?? page.start?.columns ?? page.columns,
    rows: timeline?.rows ?? page.start?.rows ?? page.rows,
    start: timeline === undefined ? startOf(page) : timeline.start,
    durationMs: page.durationMs,
    events: [...(timeline?.events ?? []), ...page.events.map(decoded)],
    integrity: timeline?.integrity.intact === false ? timeline.integrity : page.integrity,
    keys: page.keys,
    complete: page.next === null || page.live,
  };
}

function startOf({ start }: ReplayPage): TimelineStart | undefined {
  return start === null ? undefined : { at: start.at, bytes: fromBase64(start.data), exact: start.exact };
}

/** Whether that moment can be shown with the events that are here. */
export function holds({ start, events, complete }: Timeline, at: number): boolean {
  return at >= (start?.at ?? 0) && (complete || at <= (events.at(-1)?.at ?? 0));
}

/** How many events have happened by that moment, those at the very moment included. */
export function eventsUntil(events: readonly TimelineEvent[], at: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.at ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where playing goes on when idle stretches are skipped: just before the next event, or where it is. */
export function afterIdle(timeline: Timeline, at: number): number {
  const next = timeline.events[eventsUntil(timeline.events, at)]?.at ?? timeline.durationMs;
  return next - at > IDLE_MS ? next - 400 : at;
}

/** How much happens in each of `buckets` equal stretches, 0 to 1: what is drawn behind the scrubber. */
export function activity(timeline: Timeline, buckets: number): readonly number[] {
  const counts = new Array<number>(buckets).fill(0);
  const span = Math.max(1, timeline.durationMs);
  for (const event of timeline.events) {
    if (!('bytes' in event)) continue;
    const bucket = Math.min(buckets - 1, Math.floor((event.at / span) * buckets));
    counts[bucket] = (counts[bucket] ?? 0) + Math.log2(1 + event.bytes.length);
  }
  const most = Math.max(1, ...counts);
  return counts.map((count) => count / most);
}

function decoded(event: ReplayEvent): TimelineEvent {
  switch (event.kind) {
    case 'output':
    case 'error-output':
    case 'input':
      return { at: event.at, kind: event.kind, bytes: fromBase64(event.data) };
    case 'typed': {
      const { at, since, keys, data } = event;
      return { at, kind: 'typed', since, keys, text: data === null ? null : fromBase64(data) };
    }
    default:
      return event;
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
