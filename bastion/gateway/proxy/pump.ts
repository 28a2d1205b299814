// Moves bytes one way: read, record, forward, in that order. A few pieces may be on their way to the recording at the same
// time, so that a fast sender need not wait for the disk at each; none is forwarded before it is there. When the writer
// or the network below it is behind, nothing more is read, so that the sender feels it: memory stays bounded.

import type { Readable, Writable } from 'node:stream';

export interface Pump {
  readonly from: Readable;
  /** Resolves when the bytes are in the recording. */
  readonly record: (bytes: Buffer) => Promise<void>;
  readonly to: Writable;
  readonly pressure: () => Promise<void> | undefined;
  /** Fires when the session ends: nothing is forwarded after it. */
  readonly signal: AbortSignal;
}

/** Largest piece recorded and forwarded at once, in bytes; keeps one flooding session from starving the others. */
const PIECE = 64 * 1024;

/** Pieces that may be recorded before the first of them is forwarded. */
const AHEAD = 4;

/** Resolves at the source's end, or when the signal fires. Rejects when recording fails. */
export async function pump(way: Pump): Promise<void> {
  const { from, record, signal } = way;
  const underWay: Promise<void>[] = [];
  let last = Promise.resolve();
  for (;;) {
    const piece = await pieceOf(from, signal);
    if (piece === undefined) break;
    last = forward(way, piece, record(piece), last);
    // Whoever waits for it hears of a failure; until then it is nobody's.
    last.catch(() => undefined);
    underWay.push(last);
    if (underWay.length >= AHEAD) await underWay.shift();
  }
  await last;
}

async function forward(
  { to, pressure, signal }: Pump,
  piece: Buffer,
  recorded: Promise<void>,
  before: Promise<void>,
): Promise<void> {
  // Both are awaited whatever comes of the other: a rejection that nobody awaits ends the process.
  await Promise.all([recorded, before]);
  if (signal.aborted) return;
  if (!to.write(piece)) await drained(to, signal);
  const wait = pressure();
  if (wait !== undefined) await orAborted(wait, signal);
}

/** The next bytes; undefined at the source's end, or when the signal fires. */
export async function pieceOf(from: Readable, signal: AbortSignal): Promise<Buffer | undefined> {
  while (!signal.aborted) {
    const piece: Buffer | null = from.read(Math.min(from.readableLength, PIECE) || undefined);
    if (piece !== null) return piece;
    if (from.readableEnded || from.destroyed || !(await moreToRead(from, signal))) return undefined;
  }
  return undefined;
}

function moreToRead(from: Readable, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (more: boolean) => () => {
      from.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onEnd);
      signal.removeEventListener('abort', onEnd);
      resolve(more);
    };
    const onReadable = settle(true);
    const onEnd = settle(false);
    from.once('readable', onReadable).once('end', onEnd).once('close', onEnd).once('error', onEnd);
    signal.addEventListener('abort', onEnd, { once: true });
  });
}

// ssh2 drops the callback of a write once its channel is closing, so `drain` alone may never come.
function drained(to: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      to.off('drain', settle).off('close', settle).off('error', settle);
      signal.removeEventListener('abort', settle);
      resolve();
    };
    to.once('drain', settle).once('close', settle).once('error', settle);
    signal.addEventListener('abort', settle, { once: true });
    if (signal.aborted) settle();
  });
}

/** Resolves with `wait`, or when the signal fires. */
export function orAborted(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // Taken off again: a long session waits often, and its signal would keep every one of them.
    const settle = () => {
      signal.removeEventListener('abort', settle);
      resolve();
    };
    signal.addEventListener('abort', settle, { once: true });
    wait.then(settle, settle);
    if (signal.aborted) settle();
  });
}
