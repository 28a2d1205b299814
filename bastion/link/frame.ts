// How one message crosses the link: length (u32, of what follows) ‖ length of the head (u32) ‖ head (UTF-8 JSON) ‖
// body (raw bytes). All integers big-endian. Terminal bytes travel in the body, never inside JSON.

import type { Json } from '../../store/core/canonical-json.ts';

export interface Frame {
  readonly head: Json;
  readonly body: Buffer;
}

/** Longest frame either side accepts; longer means the other side is broken, and the link ends. */
export const MAX_FRAME = 1024 * 1024;

const NO_BODY = Buffer.alloc(0);

export function encodeFrame(head: Json, body: Buffer = NO_BODY): Buffer {
  const text = Buffer.from(JSON.stringify(head), 'utf8');
  const length = 4 + text.length + body.length;
  if (length > MAX_FRAME) throw new RangeError(`expected a frame of at most ${MAX_FRAME} bytes, got ${length}`);
  const frame = Buffer.allocUnsafe(4 + length);
  frame.writeUInt32BE(length, 0);
  frame.writeUInt32BE(text.length, 4);
  text.copy(frame, 8);
  body.copy(frame, 8 + text.length);
  return frame;
}

/** Cuts a stream of bytes back into frames, however it was chopped. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #length = 0;
  /** Bytes that must be there before it is worth looking again: joining at every piece would copy without end. */
  #needed = 4;

  /** The frames completed by `chunk`. Throws on a frame that is too long or malformed. */
  read(chunk: Buffer): Frame[] {
    this.#pieces.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return [];
    let rest: Buffer = this.#pieces.length === 1 ? chunk : Buffer.concat(this.#pieces);
    const frames: Frame[] = [];
    this.#needed = 4;
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0);
      if (length < 4 || length > MAX_FRAME)
        throw new RangeError(`expected a frame length up to ${MAX_FRAME}, got ${length}`);
      if (rest.length < 4 + length) {
        this.#needed = 4 + length;
        break;
      }
      frames.push(decode(rest.subarray(4, 4 + length)));
      rest = rest.subarray(4 + length);
    }
    this.#pieces = [rest];
    this.#length = rest.length;
    return frames;
  }
}

function decode(frame: Buffer): Frame {
  const headLength = frame.readUInt32BE(0);
  if (headLength > frame.length - 4) throw new RangeError(`expected a head within its frame, got ${headLength} bytes`);
  const head: Json = JSON.parse(frame.toString('utf8', 4, 4 + headLength));
  return { head, body: frame.subarray(4 + headLength) };
}
