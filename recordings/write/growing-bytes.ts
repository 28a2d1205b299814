// Bytes that are added to at the end, copied in.

const FIRST_BYTES = 64;

export class GrowingBytes {
  #memory = Buffer.alloc(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(bytes: Buffer): void {
    const needed = this.#size + bytes.length;
    if (needed > this.#memory.length) {
      const larger = Buffer.alloc(Math.max(FIRST_BYTES, needed, 2 * this.#memory.length));
      this.#memory.copy(larger, 0, 0, this.#size);
      this.#memory = larger;
    }
    bytes.copy(this.#memory, this.#size);
    this.#size = needed;
  }

  at(index: number): number | undefined {
    return index < this.#size ? this.#memory[index] : undefined;
  }

  all(): Buffer {
    return this.#memory.subarray(0, this.#size);
  }
}
