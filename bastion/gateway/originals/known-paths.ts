// The paths whose first state is in evidence already: copied, or seen to be absent before this session made them. What is
// moved somewhere takes that with it: a file that was renamed and is overwritten under its new name is still an original.

import { isWithin } from '../sftp/paths.ts';

/** Beyond this many, what comes is copied again when it is changed again. */
const MOST_KNOWN = 20_000;

export class KnownPaths {
  readonly #known = new Set<string>();

  has(path: Buffer): boolean {
    return this.#known.has(path.toString('latin1'));
  }

  add(path: Buffer): void {
    if (this.#known.size < MOST_KNOWN) this.#known.add(path.toString('latin1'));
  }

  /** Everything at `to` and below is now what was at `from`. */
  moved(from: Buffer, to: Buffer): void {
    const known = this.has(from);
    for (const each of this.#known) {
      if (isWithin(Buffer.from(each, 'latin1'), to)) this.#known.delete(each);
    }
    if (known) this.add(to);
  }
}
