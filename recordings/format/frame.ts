// One frame: 24 bytes of head in clear, the sealed payload with its tag, then the chain value over the chain value
// before it and everything in between. Numbers are big-endian.

import { HASH_BYTES, TAG_BYTES } from './track.ts';

export const KINDS = {
  output: 1,
  'error-output': 2,
  input: 3,
  resize: 4,
  notice: 5,
  marker: 6,
  end: 7,
  file: 8,
  typed: 9,
} as const;
export type FrameKind = keyof typeof KINDS;

export const FRAME_HEAD_BYTES = 24;
/** Of one frame, before compression and after. */
export const MOST_PAYLOAD_BYTES = 65_536;
export const MOST_SEALED_BYTES = MOST_PAYLOAD_BYTES + TAG_BYTES;

export interface FrameHead {
  /** Length of the sealed payload with its tag. */
  readonly sealed: number;
  readonly kind: FrameKind;
  readonly compressed: boolean;
  /** 0, 1, 2, … without a gap. */
  readonly sequence: number;
  /** Microseconds of monotonic time since the recording began; never decreasing. */
  readonly microseconds: number;
}

const COMPRESSED = 1;

/** Bytes of the whole frame in the file. */
export function frameBytes(sealed: number): number {
  return FRAME_HEAD_BYTES + sealed + HASH_BYTES;
}

export function writeFrameHead(target: Buffer, at: number, head: FrameHead): void {
  target.writeUInt32BE(head.sealed, at);
  target.writeUInt8(KINDS[head.kind], at + 4);
  target.writeUInt8(head.compressed ? COMPRESSED : 0, at + 5);
  target.writeUInt16BE(0, at + 6);
  writeSafeInteger(target, at + 8, head.sequence);
  writeSafeInteger(target, at + 16, head.microseconds);
}

/** Undefined when the 24 bytes at `at` cannot be a frame's head. */
export function readFrameHead(source: Buffer, at: number): FrameHead | undefined {
  const sealed = source.readUInt32BE(at);
  const kind = KIND_BY_NUMBER[source.readUInt8(at + 4)];
  const flags = source.readUInt8(at + 5);
  const sequence = readSafeInteger(source, at + 8);
  const microseconds = readSafeInteger(source, at + 16);
  if (sealed < TAG_BYTES || sealed > MOST_SEALED_BYTES || kind === undefined) return undefined;
  if (flags > COMPRESSED || source.readUInt16BE(at + 6) !== 0) return undefined;
  if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(microseconds)) return undefined;
  return { sealed, kind, compressed: flags === COMPRESSED, sequence, microseconds };
}

/** 96 bits: the sequence number. A track's key seals nothing but this track, so no nonce repeats under it. */
export function nonceOf(sequence: number): Buffer {
  const nonce = Buffer.alloc(12);
  writeSafeInteger(nonce, 4, sequence);
  return nonce;
}

const KIND_BY_NUMBER: readonly (FrameKind | undefined)[] = [
  undefined,
  'output',
  'error-output',
  'input',
  'resize',
  'notice',
  'marker',
  'end',
  'file',
  'typed',
];

// A u64 through two u32: BigInt would allocate for every keystroke.
function writeSafeInteger(target: Buffer, at: number, value: number): void {
  target.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  target.writeUInt32BE(value % 2 ** 32, at + 4);
}

function readSafeInteger(source: Buffer, at: number): number {
  return source.readUInt32BE(at) * 2 ** 32 + source.readUInt32BE(at + 4);
}
