// Reads and writes the fields of a packet: numbers big-endian, strings as length and bytes. Names are bytes, never
// trusted to be text.

import { MOST_HANDLE_BYTES } from './protocol.ts';
import { SftpProblem } from './sftp-problem.ts';

/** ATTRS (section 5). Numbers only where their flag says so. */
export interface Attrs {
  readonly size?: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly mode?: number;
  readonly times?: { readonly accessed: number; readonly modified: number };
  readonly extended?: readonly (readonly [name: Buffer, value: Buffer])[];
}

const SIZE = 1;
const OWNER = 2;
const MODE = 4;
const TIMES = 8;
const EXTENDED = 0x80000000;

/** A 64-bit number beyond what is counted with here (2^53): no file is that large. */
export class NotCountable extends Error {
  override readonly name = 'NotCountable';
}

export class FieldReader {
  readonly #bytes: Buffer;
  readonly #from: 'client' | 'target';
  #at: number;

  constructor(bytes: Buffer, at: number, from: 'client' | 'target') {
    this.#bytes = bytes;
    this.#at = at;
    this.#from = from;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  /** Throws NotCountable from 2^53 on. */
  u64(): number {
    const value = this.u64Rough();
    if (!Number.isSafeInteger(value)) throw new NotCountable();
    return value;
  }

  /** The same, rounded from 2^53 on. */
  u64Rough(): number {
    const at = this.#take(8);
    return this.#bytes.readUInt32BE(at) * 2 ** 32 + this.#bytes.readUInt32BE(at + 4);
  }

  string(): Buffer {
    const length = this.u32();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  handle(): Buffer {
    const handle = this.string();
    if (handle.length > MOST_HANDLE_BYTES) throw this.problem(`expected a handle, got ${handle.length} bytes`);
    return handle;
  }

  /** A size from 2^53 on throws NotCountable in a request; in an answer it is rounded, and equal to nothing. */
  attrs(): Attrs {
    const flags = this.u32();
    if ((flags & ~(SIZE | OWNER | MODE | TIMES | EXTENDED)) !== 0) throw this.problem('unknown attribute flags');
    return {
      ...((flags & SIZE) !== 0 && { size: this.#from === 'client' ? this.u64() : this.u64Rough() }),
      ...((flags & OWNER) !== 0 && { owner: { uid: this.u32(), gid: this.u32() } }),
      ...((flags & MODE) !== 0 && { mode: this.u32() }),
      ...((flags & TIMES) !== 0 && { times: { accessed: this.u32(), modified: this.u32() } }),
      ...((flags & EXTENDED) !== 0 && { extended: this.#pairs() }),
    };
  }

  /** Throws where anything is left: what one side skips another might read. */
  end(): void {
    if (this.left > 0) throw this.problem(`expected the end of the packet, got ${this.left} more bytes`);
  }

  problem(what: string): SftpProblem {
    return new SftpProblem(this.#from, what);
  }

  #pairs(): (readonly [Buffer, Buffer])[] {
    const count = this.u32();
    // Each takes at least two lengths; a count is believed as far as there are bytes for it.
    if (count * 8 > this.left) throw this.problem(`expected ${count} pairs, got ${this.left} bytes`);
    return Array.from({ length: count }, () => [this.string(), this.string()] as const);
  }

  #take(bytes: number): number {
    if (bytes > this.left) throw this.problem(`expected ${bytes} more bytes, got ${this.left}`);
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}

export function u32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function u64(value: number): Buffer {
  return Buffer.concat([u32(Math.floor(value / 2 ** 32)), u32(value % 2 ** 32)]);
}

export function string(bytes: Buffer | string): Buffer {
  const raw = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
  return Buffer.concat([u32(raw.length), raw]);
}

export function attrsBytes({ size, owner, mode, times, extended }: Attrs): Buffer {
  let flags = 0;
  const fields: Buffer[] = [];
  const add = (flag: number, ...values: Buffer[]): void => {
    flags = (flags | flag) >>> 0;
    fields.push(...values);
  };
  if (size !== undefined) add(SIZE, u64(size));
  if (owner !== undefined) add(OWNER, u32(owner.uid), u32(owner.gid));
  if (mode !== undefined) add(MODE, u32(mode));
  if (times !== undefined) add(TIMES, u32(times.accessed), u32(times.modified));
  if (extended !== undefined) {
    add(EXTENDED, u32(extended.length), ...extended.flatMap((pair) => pair.map((bytes) => string(bytes))));
  }
  return Buffer.concat([u32(flags), ...fields]);
}

/** A whole packet: length, type, fields. */
export function packetBytes(type: number, ...fields: readonly Buffer[]): Buffer {
  const length = fields.reduce((sum, { length }) => sum + length, 1);
  const start = Buffer.allocUnsafe(5);
  start.writeUInt32BE(length);
  start.writeUInt8(type, 4);
  return Buffer.concat([start, ...fields]);
}
