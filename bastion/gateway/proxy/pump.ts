// Moves bytes one way: read, record, forward, in that order, never more than one piece ahead. When the writer or the
// network below it is behind, nothing more is read, so that the sender feels it: memory stays bounded.

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

/** Resolves at the source's end, or when the signal fires. Rejects when recording fails. */
export async function pump({ from, record, to, pressure, signal }: Pump): Promise<void> {
  while (!signal.aborted) {
    const piece: Buffer | null = from.read(Math.min(from.readableLength, PIECE) || undefined);
    if (piece === null) {
      if (from.readableEnded || from.destroyed || !(await moreToRead(from, signal))) return;
      continue;
    }
    await record(piece);
    if (signal.aborted) return;
    if (!to.write(piece)) await drained(to, signal);
    const wait = pressure();
    if (wait !== undefined) await orAborted(wait, signal);
  }
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

function orAborted(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    void wait.finally(resolve);
    if (signal.aborted) resolve();
  });
}
