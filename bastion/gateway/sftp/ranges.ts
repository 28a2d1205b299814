// Which bytes of a file moved one way, as ranges: neighbours become one. Taken out now and then for the record.

export type Range = readonly [offset: number, bytes: number];

/** Bytes, and ranges, that may wait to be written down. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_RANGES = 512;

export class Ranges {
  #ranges: [number, number][] = [];
  #bytes = 0;

  add(offset: number, bytes: number): void {
    if (bytes === 0) return;
    const last = this.#ranges.at(-1);
    if (last !== undefined && last[0] + last[1] === offset) last[1] += bytes;
    else this.#ranges.push([offset, bytes]);
    this.#bytes += bytes;
  }

  /** Whether it is time to write them down. */
  get due(): boolean {
    return this.#bytes >= MOST_BYTES || this.#ranges.length >= MOST_RANGES;
  }

  /** What was added since the last time. */
  take(): readonly Range[] {
    const taken = this.#ranges;
    this.#ranges = [];
    this.#bytes = 0;
    return taken;
  }
}
