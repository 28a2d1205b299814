// Moves bytes one way: read, record, forward, in that order. A few pieces may be on their way to the recording at the same
// time, so that a fast sender need not wait for the disk at each; none is forwarded before it is there. When the writer
// or the network below it is behind, nothing more is read, so that the sender feels it: memory stays bounded.

import type { Readable, Writable } from 'node:stream';
import type { Valve } from '../session/valve.ts';
import { writeAll } from '../write-all.ts';
import { Chunks } from './chunks.ts';
import { orAborted } from './or-aborted.ts';

export interface Pump {
  readonly from: Readable;
  /** Resolves when the bytes are in the recording. */
  readonly record: (bytes: Buffer) => Promise<void>;
  readonly to: Writable;
  readonly pressure: () => Promise<void> | undefined;
  /** While it is shut nothing is forwarded; what was read waits, and nothing more is read. */
  readonly valve: Pick<Valve, 'passing' | 'opened'>;
  /** Fires when the session ends: nothing is forwarded after it. */
  readonly signal: AbortSignal;
}

/** Pieces that came together and are shorter are recorded and forwarded as one, up to `MOST_JOINED`. */
const SHORT = 16 * 1024;
const MOST_JOINED = 64 * 1024;

/** How often something may be on its way to the recording before the first of it is forwarded. */
const AHEAD = 4;

/** Resolves at the source's end, or when the signal fires. Rejects when recording fails. */
export async function pump(way: Pump): Promise<void> {
  const { record, signal } = way;
  const chunks = new Chunks(way.from, signal);
  const underWay: Promise<void>[] = [];
  let last = Promise.resolve();
  for (;;) {
    const came = await chunks.next();
    if (came === undefined) break;
    const pieces = shortOnesJoined(came);
    last = forward(way, pieces, pieces.map(record), last);
    // Whoever waits for it hears of a failure; until then it is nobody's.
    last.catch(() => undefined);
    underWay.push(last);
    if (underWay.length >= AHEAD) await underWay.shift();
  }
  await last;
}

async function forward(
  { to, pressure, valve, signal }: Pump,
  pieces: readonly Buffer[],
  recorded: readonly Promise<void>[],
  before: Promise<void>,
): Promise<void> {
  // All are awaited whatever comes of the others: a rejection that nobody awaits ends the process.
  await Promise.all([...recorded, before]);
  if (!valve.passing) await valve.opened(signal);
  if (signal.aborted) return;
  await (pieces.every(isShort) ? written : taken)(to, pieces, signal);
  const wait = pressure();
  if (wait !== undefined) await orAborted(wait, signal);
}

function shortOnesJoined(pieces: readonly Buffer[]): readonly Buffer[] {
  if (pieces.length === 1) return pieces;
  const joined: Buffer[] = [];
  let short: Buffer[] = [];
  let bytes = 0;
  const join = (): void => {
    if (short.length > 0) joined.push(Buffer.concat(short, bytes));
    short = [];
    bytes = 0;
  };
  for (const piece of pieces) {
    if (piece.length >= SHORT || bytes + piece.length > MOST_JOINED) join();
    if (piece.length >= SHORT) joined.push(piece);
    else {
      short.push(piece);
      bytes += piece.length;
    }
  }
  join();
  return joined;
}

const isShort = ({ length }: Buffer): boolean => length < SHORT;

// A stream takes very many short ones before it says stop, and each keeps what it was read with: so the next one waits
// until this one has gone.
function written(to: Writable, pieces: readonly Buffer[], signal: AbortSignal): Promise<void> {
  return until(to, signal, (settle) => writeAll(to, pieces, settle));
}

async function taken(to: Writable, pieces: readonly Buffer[], signal: AbortSignal): Promise<void> {
  if (writeAll(to, pieces)) return;
  await until(to, signal, (settle) => to.once('drain', settle));
}

/** Resolves when told to, or when nothing will: ssh2 drops the callback of a write once its channel is closing. */
function until(to: Writable, signal: AbortSignal, begin: (settle: () => void) => unknown): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      to.off('drain', settle).off('close', settle).off('error', settle);
      signal.removeEventListener('abort', settle);
      resolve();
    };
    to.once('close', settle).once('error', settle);
    signal.addEventListener('abort', settle, { once: true });
    begin(settle);
    if (signal.aborted || to.destroyed) settle();
  });
}
