// Whether anything may pass between the two sides of a session. While it is shut nothing is handed on either way; who
// waits goes on when it opens, in the order in which they came. What was handed to the network before may still arrive.

import { orAborted } from '../proxy/or-aborted.ts';

export class Valve {
  #shut: PromiseWithResolvers<void> | undefined;

  constructor(passing: boolean) {
    if (!passing) this.#shut = Promise.withResolvers();
  }

  get passing(): boolean {
    return this.#shut === undefined;
  }

  set(passing: boolean): void {
    if (passing === this.passing) return;
    this.#shut?.resolve();
    this.#shut = passing ? undefined : Promise.withResolvers();
  }

  /** A promise while nothing may pass, resolved when that may have changed. */
  shut(): Promise<void> | undefined {
    return this.#shut?.promise;
  }

  /** Resolves when something may pass at this moment, or when the signal fires. */
  async opened(signal: AbortSignal): Promise<void> {
    for (let shut = this.shut(); shut !== undefined && !signal.aborted; shut = this.shut()) {
      await orAborted(shut, signal);
    }
  }
}

/** Passes while both do. */
export function bothOpen(one: Valve, other: Valve): Pick<Valve, 'passing' | 'opened'> {
  const passing = (): boolean => one.passing && other.passing;
  return {
    get passing() {
      return passing();
    },
    async opened(signal) {
      while (!passing() && !signal.aborted) {
        await one.opened(signal);
        await other.opened(signal);
      }
    },
  };
}
