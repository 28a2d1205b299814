// What a client has open: where it leads, what moved through it, and the hash of that.

import type { Closing } from '../../../recordings/format/file-operation.ts';
import { OPEN_FLAGS } from './protocol.ts';
import { Ranges } from './ranges.ts';
import { type Budget, SequenceHash } from './sequence-hash.ts';

const { write, append, truncate, exclusive } = OPEN_FLAGS;

/** The hash of a whole file, or why it has to be read back or cannot be had. */
export type Outcome = Pick<Closing, 'hashed' | 'sha256' | 'from' | 'bytes' | 'why'>;

export class OpenHandle {
  /** The number of the open in the record. */
  readonly n: number;
  readonly kind: 'file' | 'folder';
  /** As the target was told. */
  readonly path: Buffer;
  readonly readRanges = new Ranges();
  readonly writtenRanges = new Ranges();
  /** Bytes that came, and bytes the target said it took. */
  read = 0;
  written = 0;
  entries = 0;
  readonly #flags: number;
  readonly #budget: Budget;
  #reading: SequenceHash | undefined;
  #writing: SequenceHash | undefined;

  constructor(n: number, kind: 'file' | 'folder', path: Buffer, flags: number, budget: Budget) {
    this.n = n;
    this.kind = kind;
    this.path = path;
    this.#flags = flags;
    this.#budget = budget;
  }

  get writes(): boolean {
    return (this.#flags & (write | append)) !== 0;
  }

  /** Whether anything about the content can have changed or been seen. */
  get moved(): boolean {
    return this.#reading !== undefined || this.#writing !== undefined || (this.#flags & truncate) !== 0;
  }

  /** The client asks for bytes from `offset` on: the first such place is where the hash starts. */
  wantsFrom(offset: number): void {
    this.#reading ??= new SequenceHash(offset, 'ignored', this.#budget);
  }

  came(offset: number, data: readonly Buffer[], length: number): void {
    this.read += length;
    this.readRanges.add(offset, length);
    this.#reading?.add(offset, data, length);
  }

  goes(offset: number, data: readonly Buffer[], length: number): void {
    this.writtenRanges.add(offset, length);
    const writing = this.#writer();
    // The target puts these at the end of the file, whatever the offset says.
    if ((this.#flags & append) !== 0) writing.lose('appended');
    writing.add(offset, data, length);
  }

  /** Something else changes the content: a copy on the target, another handle, a failed write. */
  spoil(why: string): void {
    this.#writer().lose(why);
  }

  /** The client sets the size: nothing to the hash where it is what was written anyway. */
  cut(size: number): void {
    const writing = this.#writer();
    if (size !== writing.next || writing.gaps) writing.lose('cut');
  }

  /** Why the hash of what was written will have to be taken by reading back; undefined while nothing says so. */
  get mustReadBack(): string | undefined {
    const writing = this.#writing;
    if (writing === undefined) return undefined;
    return writing.lost ?? (writing.gaps ? 'gaps' : undefined);
  }

  /** With the size of the file after the last request; `read-back` where only that can tell. Once. */
  outcome(size: number | null): Outcome | { readonly readBack: string } {
    if (this.#writing !== undefined || this.#isNew(size)) return this.#outcomeOfWriting(size);
    if (this.kind === 'folder') return nothing(0, null);
    const reading = this.#reading;
    if (reading === undefined || this.read === 0)
      return nothing(0, reading === undefined ? 'nothing-moved' : 'nothing-read');
    const { lost, from, next, gaps } = reading;
    const sha256 = reading.digest();
    if (sha256 === undefined) return nothing(from, lost ?? null);
    const whole = from === 0 && next === size && !gaps;
    if (whole) return { hashed: 'in-flight', sha256, from, bytes: next, why: null };
    return { hashed: 'partial', sha256, from, bytes: next - from, why: size === null ? 'size-unknown' : 'part' };
  }

  #isNew(size: number | null): boolean {
    return size === 0 && this.writes && (this.#flags & (truncate | exclusive)) !== 0;
  }

  #outcomeOfWriting(size: number | null): Outcome | { readonly readBack: string } {
    const writing = this.#writer();
    const why = this.mustReadBack ?? (writing.next === size ? undefined : 'size-differs');
    const sha256 = why === undefined ? writing.digest() : undefined;
    if (sha256 === undefined) {
      writing.lose(why ?? 'gaps');
      return { readBack: why ?? 'gaps' };
    }
    return { hashed: 'in-flight', sha256, from: 0, bytes: writing.next, why: null };
  }

  #writer(): SequenceHash {
    this.#writing ??= new SequenceHash(0, 'lost', this.#budget);
    return this.#writing;
  }
}

export function nothing(from: number, why: string | null): Outcome {
  return { hashed: 'none', sha256: null, from, bytes: 0, why };
}
