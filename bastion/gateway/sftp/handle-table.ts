// What is open, by the target's handles. Bounded; a handle nobody here knows is never passed on.

import type { OpenHandle } from './open-handle.ts';
import { SftpProblem } from './sftp-problem.ts';

/** Open at once, those on their way included. */
export const MOST_HANDLES = 512;

export class HandleTable {
  readonly #open = new Map<string, OpenHandle>();
  #coming = 0;

  /** Room for one more; call `came` once the target has answered. False when the table is full. */
  reserve(): boolean {
    if (this.#open.size + this.#coming >= MOST_HANDLES) return false;
    this.#coming += 1;
    return true;
  }

  /** `opened` is undefined where the target said no. */
  came(bytes: Buffer, opened: OpenHandle | undefined): void {
    this.#coming -= 1;
    if (opened === undefined) return;
    const key = keyOf(bytes);
    if (this.#open.has(key)) throw new SftpProblem('target', 'expected a new handle, got one that is open');
    this.#open.set(key, opened);
    this.#spoilShared(opened);
  }

  find(bytes: Buffer): OpenHandle | undefined {
    return this.#open.get(keyOf(bytes));
  }

  /** It is being closed: nothing can be done with it any more. */
  remove(bytes: Buffer): void {
    this.#open.delete(keyOf(bytes));
  }

  /** Nothing is open, and nothing on its way to be. */
  get empty(): boolean {
    return this.#open.size === 0 && this.#coming === 0;
  }

  all(): readonly OpenHandle[] {
    return [...this.#open.values()];
  }

  clear(): void {
    this.#open.clear();
  }

  /** Two who write to one file: neither has seen all of it. */
  #spoilShared(opened: OpenHandle): void {
    if (!opened.writes) return;
    const same = this.all().filter(({ writes, path }) => writes && path.equals(opened.path));
    if (same.length < 2) return;
    for (const handle of same) handle.spoil('shared');
  }
}

function keyOf(bytes: Buffer): string {
  return bytes.toString('latin1');
}
