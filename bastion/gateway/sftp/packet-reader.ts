// Cuts a byte stream into SFTP packets, however it was chopped, without copying payloads: a packet is the list of the
// pieces it came in. Both sides may be hostile: lengths are judged before anything is kept.

import { MOST_PACKET_BYTES } from './protocol.ts';
import { SftpProblem } from './sftp-problem.ts';

/** Length and type. */
const START_BYTES = 5;
/** Beyond this many pieces a packet is put together in one place: a byte a piece would cost a hundred times its size. */
const MOST_PIECES = 16;

export class Packet {
  readonly type: number;
  #pieces: Buffer[];
  #length: number;

  constructor(pieces: Buffer[], type: number, length: number) {
    this.#pieces = pieces;
    this.type = type;
    this.#length = length;
  }

  /** Of the whole, the four bytes of length included. */
  get length(): number {
    return this.#length;
  }

  get pieces(): readonly Buffer[] {
    return this.#pieces;
  }

  /** At least the first `bytes` in one buffer, or the whole packet where it is shorter; later pieces stay apart. */
  head(bytes: number): Buffer {
    const first = this.#pieces[0] ?? Buffer.alloc(0);
    if (first.length >= Math.min(bytes, this.length)) return first;
    let [count, sum] = [0, 0];
    while (count < this.#pieces.length && sum < bytes) {
      sum += this.#pieces[count]?.length ?? 0;
      count += 1;
    }
    const joined = Buffer.concat(this.#pieces.slice(0, count));
    this.#pieces = [joined, ...this.#pieces.slice(count)];
    return joined;
  }

  /** Everything in one buffer. */
  whole(): Buffer {
    return this.head(this.length);
  }

  /** What lies from `offset` on, in as many pieces as it came. */
  from(offset: number): Buffer[] {
    const rest: Buffer[] = [];
    let skip = offset;
    for (const piece of this.#pieces) {
      if (skip < piece.length) rest.push(piece.subarray(skip));
      skip = Math.max(0, skip - piece.length);
    }
    return rest;
  }

  /** Leaves out everything after the first `length` bytes, and says so in the packet's own length. */
  cutTo(length: number): void {
    if (length >= this.#length) return;
    this.head(4).writeUInt32BE(length - 4, 0);
    const kept: Buffer[] = [];
    let left = length;
    for (const piece of this.#pieces) {
      if (left > 0) kept.push(piece.subarray(0, left));
      left -= Math.min(left, piece.length);
    }
    this.#pieces = kept;
    this.#length = length;
  }
}

export class PacketReader {
  readonly #from: 'client' | 'target';
  #pieces: Buffer[] = [];
  #have = 0;
  /** Of the packet being received; 0 while its length is not known yet. */
  #need = 0;
  /** Where pieces go when there are too many: the packet's own size, filled from the start. */
  #joined: Buffer | undefined;

  constructor(from: 'client' | 'target') {
    this.#from = from;
  }

  /** The packets that `chunk` completes; views into what was pushed. Throws SftpProblem. */
  push(chunk: Buffer): Packet[] {
    const packets: Packet[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#need === 0) {
        rest = this.#withHeld(rest);
        if (rest.length < START_BYTES) {
          this.#hold(rest);
          break;
        }
        this.#need = 4 + this.#judged(rest.readUInt32BE(0));
      }
      const taken = rest.subarray(0, this.#need - this.#have);
      rest = rest.subarray(taken.length);
      this.#hold(taken);
      if (this.#have === this.#need) packets.push(this.#complete());
    }
    return packets;
  }

  #withHeld(rest: Buffer): Buffer {
    if (this.#have === 0) return rest;
    const whole = Buffer.concat([...this.#pieces, rest]);
    this.#pieces = [];
    this.#have = 0;
    return whole;
  }

  #judged(length: number): number {
    if (length < 1 || length > MOST_PACKET_BYTES) {
      throw new SftpProblem(this.#from, `expected a packet of 1 to ${MOST_PACKET_BYTES} bytes, got ${length}`);
    }
    return length;
  }

  #hold(piece: Buffer): void {
    if (this.#joined === undefined && this.#need > 0 && this.#pieces.length >= MOST_PIECES) {
      this.#joined = Buffer.allocUnsafe(this.#need);
      Buffer.concat(this.#pieces).copy(this.#joined);
      this.#pieces = [this.#joined];
    }
    if (this.#joined === undefined) this.#pieces.push(piece);
    else piece.copy(this.#joined, this.#have);
    this.#have += piece.length;
  }

  #complete(): Packet {
    const first = this.#pieces[0] ?? Buffer.alloc(START_BYTES);
    const packet = new Packet(this.#pieces, first.readUInt8(4), this.#need);
    this.#pieces = [];
    this.#have = 0;
    this.#need = 0;
    this.#joined = undefined;
    return packet;
  }
}
