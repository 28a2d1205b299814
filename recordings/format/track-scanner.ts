// Walks a track from its first byte, in pieces of any size, checking the chain without any key. After the first
// problem it stays there. Pure: whoever has the bytes pushes them.

import { hash } from 'node:crypto';
import type { Sentence } from '../../store/core/refusal.ts';
import { FRAME_HEAD_BYTES, type FrameHead, frameBytes, readFrameHead } from './frame.ts';
import { HEADER_PREFIX_BYTES, headerLength, type ParsedHeader, parseHeader } from './header.ts';
import { HASH_BYTES } from './track.ts';
import { isProblem, type TrackProblem } from './track-problem.ts';

export interface ScannedFrame {
  readonly head: FrameHead;
  /** The whole frame, a view into what was pushed: valid until the next push but one. */
  readonly bytes: Buffer;
  readonly offset: number;
  /** The chain's value after this frame. */
  readonly chain: Buffer;
}

export interface TrackPosition {
  readonly header: ParsedHeader | undefined;
  /** The chain's value after the last whole frame; undefined before the header. */
  readonly head: Buffer | undefined;
  readonly frames: number;
  /** Bytes of the file up to there. */
  readonly bytes: number;
  /** Whether the end frame was seen. */
  readonly complete: boolean;
}

/** A place between two frames, from which a track can be read on with its chain. */
export interface TrackPlace {
  /** Of the next frame, in bytes from the start of the file. */
  readonly offset: number;
  /** Its sequence number. */
  readonly frame: number;
  /** Microseconds of the frame before it; 0 at the start. */
  readonly microseconds: number;
  /** The chain's value before it. */
  readonly chain: Buffer;
}

export class TrackScanner {
  #held: Buffer = Buffer.alloc(0);
  /** Where parsing goes on inside `#held`; the chain's last value stands in the 32 bytes before it, once there is one. */
  #at = 0;
  #offset = 0;
  #header: ParsedHeader | undefined;
  #head: Buffer | undefined;
  #frames = 0;
  #microseconds = 0;
  #complete = false;
  #problem: TrackProblem | undefined;

  /** `start`: a header read before and a place after it; the next bytes pushed are those at its offset. */
  constructor(start?: { readonly header: ParsedHeader; readonly place: TrackPlace }) {
    if (start === undefined) return;
    const { header, place } = start;
    this.#header = header;
    this.#held = place.chain;
    this.#at = HASH_BYTES;
    this.#offset = place.offset;
    this.#head = place.chain;
    this.#frames = place.frame;
    this.#microseconds = place.microseconds;
  }

  /** Where the next frame begins; undefined before the header. */
  place(): TrackPlace | undefined {
    if (this.#head === undefined) return undefined;
    return { offset: this.#offset, frame: this.#frames, microseconds: this.#microseconds, chain: this.#head };
  }

  /** Adds the next bytes of the file. Take every frame there is before pushing more. */
  push(bytes: Buffer): void {
    const keep = Math.max(0, this.#at - HASH_BYTES);
    const left = this.#held.subarray(keep);
    this.#held = left.length === 0 ? bytes : Buffer.concat([left, bytes]);
    this.#at -= keep;
  }

  /** The next whole frame; undefined when more bytes are needed or a problem was met. */
  next(): ScannedFrame | undefined {
    if (this.#problem !== undefined || (this.#header === undefined && !this.#scanHeader())) return undefined;
    const left = this.#held.length - this.#at;
    if (left === 0) return undefined;
    if (this.#complete) return this.#alter({ zh: '结束帧之后还有数据', en: 'there are bytes after the end frame' });
    if (left < FRAME_HEAD_BYTES) return undefined;
    const head = readFrameHead(this.#held, this.#at);
    if (head === undefined) return this.#alter({ zh: '不是合法的帧头', en: 'this is not the head of a frame' });
    const length = frameBytes(head.sealed);
    return left < length ? undefined : this.#scanFrame(head, length);
  }

  /** What is wrong already, whatever bytes may follow. */
  get altered(): TrackProblem | undefined {
    return this.#problem;
  }

  /** How far whole, unaltered frames reach. */
  position(): TrackPosition {
    return {
      header: this.#header,
      head: this.#head,
      frames: this.#frames,
      bytes: this.#offset,
      complete: this.#complete,
    };
  }

  /** What is wrong when the bytes pushed so far are the whole file; undefined for a complete or an open track. */
  problemAtEnd(): TrackProblem | undefined {
    if (this.#problem !== undefined) return this.#problem;
    if (this.#header === undefined) {
      const problem = parseHeader(this.#held);
      return isProblem(problem) ? problem : undefined;
    }
    if (this.#held.length === this.#at) return undefined;
    const sentence = { zh: '文件在一帧中间中断', en: 'the file stops in the middle of a frame' };
    return { kind: 'torn', offset: this.#offset, frame: this.#frames, sentence };
  }

  #scanHeader(): boolean {
    if (this.#held.length < HEADER_PREFIX_BYTES) return false;
    const length = headerLength(this.#held);
    if (length !== undefined && this.#held.length < length) return false;
    const parsed = parseHeader(this.#held);
    if (isProblem(parsed)) {
      this.#problem = parsed;
      return false;
    }
    this.#header = parsed;
    this.#head = parsed.hash;
    this.#at = parsed.length;
    this.#offset = parsed.length;
    return true;
  }

  #scanFrame(head: FrameHead, length: number): ScannedFrame | undefined {
    if (head.sequence !== this.#frames) {
      const [expected, got] = [this.#frames, head.sequence];
      return this.#alter({
        zh: `应为第 ${expected} 帧，实为第 ${got} 帧`,
        en: `expected frame ${expected}, got ${got}`,
      });
    }
    if (head.microseconds < this.#microseconds) return this.#alter({ zh: '时间倒退', en: 'time runs backwards' });
    const end = this.#at + length;
    const chain = this.#held.subarray(end - HASH_BYTES, end);
    const computed = hash('sha256', this.#held.subarray(this.#at - HASH_BYTES, end - HASH_BYTES), 'buffer');
    if (!computed.equals(chain)) {
      return this.#alter({ zh: '帧与哈希链不符', en: 'the frame does not match the hash chain' });
    }
    const frame = { head, bytes: this.#held.subarray(this.#at, end), offset: this.#offset, chain: computed };
    this.#at = end;
    this.#offset += length;
    this.#frames += 1;
    this.#microseconds = head.microseconds;
    this.#head = computed;
    this.#complete = head.kind === 'end';
    return frame;
  }

  #alter(sentence: Sentence): undefined {
    this.#problem = { kind: 'altered', offset: this.#offset, frame: this.#frames, sentence };
    return undefined;
  }
}
