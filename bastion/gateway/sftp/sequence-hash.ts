// SHA-256 of bytes as they pass, put in order by their offsets. Pieces that come early wait, within a budget that all
// files of a session share; what cannot be put in order has no hash, and says why.

import { createHash, type Hash } from 'node:crypto';

/** Bytes that may wait for their turn. */
export class Budget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

/** What one piece is counted as besides its bytes. */
const PIECE_OVERHEAD = 256;

export class SequenceHash {
  readonly from: number;
  readonly #budget: Budget;
  readonly #repeats: 'ignored' | 'lost';
  readonly #hash: Hash = createHash('sha256');
  readonly #waiting = new Map<number, Buffer>();
  #next: number;
  #lost: string | undefined;

  /** `repeats`: whether bytes that were there before are the same ones again (a reader), or others (a writer). */
  constructor(from: number, repeats: 'ignored' | 'lost', budget: Budget) {
    this.from = from;
    this.#next = from;
    this.#repeats = repeats;
    this.#budget = budget;
  }

  /** First byte that was not hashed. */
  get next(): number {
    return this.#next;
  }

  /** Why there is no hash; undefined while there is one. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /** Whether pieces lie apart from the rest. */
  get gaps(): boolean {
    return this.#waiting.size > 0;
  }

  add(offset: number, pieces: readonly Buffer[], length: number): void {
    if (this.#lost !== undefined || length === 0) return;
    if (offset === this.#next) {
      for (const piece of pieces) this.#hash.update(piece);
      this.#next += length;
      if (this.#waiting.size > 0) this.#catchUp();
    } else if (offset > this.#next) this.#wait(offset, Buffer.concat(pieces));
    else if (this.#repeats === 'lost' || offset + length > this.#next) this.lose('rewritten');
  }

  lose(why: string): void {
    this.#lost ??= why;
    this.#forget();
  }

  /** Hex, once; undefined when lost. Pieces that lie apart are not in it. */
  digest(): string | undefined {
    this.#forget();
    return this.#lost === undefined ? this.#hash.digest('hex') : undefined;
  }

  #wait(offset: number, bytes: Buffer): void {
    if (this.#waiting.has(offset) || !this.#budget.take(bytes.length + PIECE_OVERHEAD)) this.lose('out-of-order');
    else this.#waiting.set(offset, bytes);
  }

  #catchUp(): void {
    for (let bytes = this.#waiting.get(this.#next); bytes !== undefined; bytes = this.#waiting.get(this.#next)) {
      this.#waiting.delete(this.#next);
      this.#budget.give(bytes.length + PIECE_OVERHEAD);
      this.#hash.update(bytes);
      this.#next += bytes.length;
    }
    // What begins before here and was not met overlaps what was hashed.
    for (const offset of this.#waiting.keys()) {
      if (offset >= this.#next) continue;
      this.lose('rewritten');
      return;
    }
  }

  #forget(): void {
    for (const bytes of this.#waiting.values()) this.#budget.give(bytes.length + PIECE_OVERHEAD);
    this.#waiting.clear();
  }
}
