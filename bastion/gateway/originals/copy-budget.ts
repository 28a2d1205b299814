// What may still be copied, counted down: by one opening, or by one session beyond it.

import type { CopyLimits } from '../../link/originals.ts';
import { CopyProblem } from './copy-problem.ts';

export class CopyBudget {
  readonly #limits: CopyLimits;
  #files = 0;
  #bytes = 0;

  constructor(limits: CopyLimits) {
    this.#limits = limits;
  }

  get fileBytes(): number {
    return this.#limits.fileBytes;
  }

  get seconds(): number {
    return this.#limits.seconds;
  }

  /** Paths that may still be looked at. */
  get room(): number {
    return this.#limits.files - this.#files;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Throws CopyProblem when that is one too many. */
  countPath(path: Buffer): void {
    if (this.room <= 0) throw new CopyProblem('too-many', path);
    this.#files += 1;
  }

  /** The same for bytes, before they are sent. */
  countBytes(path: Buffer, bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.bytes) throw new CopyProblem('too-much', path);
  }
}
