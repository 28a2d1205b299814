// Reads a track once, in constant memory and without a key, and says how far it is whole, where it stops being so, and
// what lies behind.

import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { TrackHeader } from '../format/header.ts';
import type { TrackProblem } from '../format/track-problem.ts';
import { TrackScanner } from '../format/track-scanner.ts';

export interface TrackMeasure {
  readonly header: TrackHeader | undefined;
  /** The chain's first value, hex. */
  readonly opening: string | undefined;
  /** The chain's value after the last whole frame, hex; undefined when not even the header is whole. */
  readonly head: string | undefined;
  readonly frames: number;
  /** As far as whole frames reach. */
  readonly bytes: number;
  /** An end frame is the last one. */
  readonly complete: boolean;
  readonly problem: TrackProblem | undefined;
  /** What lies behind the last whole frame; null when nothing does. */
  readonly tail: { readonly bytes: number; readonly sha256: string } | null;
  /** Which of the heads asked for the chain passes through. */
  readonly passed: ReadonlySet<string>;
}

const MOST_READ_BYTES = 4 * 1024 * 1024;

/** Rejects only when the disk cannot be read; `heads` are hex. */
export async function measureTrack(path: string, heads: ReadonlySet<string> = new Set()): Promise<TrackMeasure> {
  await using file = await open(path, 'r');
  const scanner = new TrackScanner();
  const passed = new Set<string>();
  for await (const bytes of pieces(file, 0)) {
    scanner.push(bytes);
    for (let frame = scanner.next(); frame !== undefined; frame = scanner.next()) note(frame.chain, heads, passed);
    if (scanner.altered !== undefined) break;
  }
  const { header, head, frames, bytes, complete } = scanner.position();
  if (header !== undefined) note(header.hash, heads, passed);
  return {
    header: header?.header,
    opening: header?.hash.toString('hex'),
    head: head?.toString('hex'),
    frames,
    bytes,
    complete,
    problem: scanner.problemAtEnd(),
    tail: await tailOf(file, bytes),
    passed,
  };
}

function note(chain: Buffer, heads: ReadonlySet<string>, passed: Set<string>): void {
  if (passed.size === heads.size) return;
  const hex = chain.toString('hex');
  if (heads.has(hex)) passed.add(hex);
}

// Three buffers in turn: one is being read, one is hashed, and the one before may still hold the start of a frame.
async function* pieces(file: FileHandle, from: number): AsyncGenerator<Buffer> {
  const { size } = await file.stat();
  if (size <= from) return;
  const length = Math.min(MOST_READ_BYTES, size - from);
  const buffers = Array.from({ length: 3 }, () => Buffer.allocUnsafe(length));
  const read = (nth: number, at: number) =>
    file.read(buffers[nth % buffers.length] ?? Buffer.allocUnsafe(length), 0, length, at);
  let next = read(0, from);
  try {
    for (let [nth, at] = [1, from]; ; nth += 1) {
      const { bytesRead, buffer } = await next;
      if (bytesRead === 0) return;
      at += bytesRead;
      next = read(nth, at);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    // Whoever stops early must not close the file under a read.
    await next.catch(() => {});
  }
}

async function tailOf(file: FileHandle, from: number): Promise<TrackMeasure['tail']> {
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const piece of pieces(file, from)) {
    digest.update(piece);
    bytes += piece.length;
  }
  return bytes === 0 ? null : { bytes, sha256: digest.digest('hex') };
}
