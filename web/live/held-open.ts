// What each browser session holds open: streams and terminals. Signing out ends them, as a request that comes after it
// would be refused.

export class HeldOpen {
  readonly #byToken = new Map<string, Set<() => void>>();

  /** Answers the function that lets go. */
  hold(token: string, end: () => void): () => void {
    const held = this.#byToken.get(token) ?? new Set();
    this.#byToken.set(token, held);
    held.add(end);
    return () => {
      held.delete(end);
      if (held.size === 0) this.#byToken.delete(token);
    };
  }

  endOf(token: string): void {
    for (const end of [...(this.#byToken.get(token) ?? [])]) end();
  }

  endAll(): void {
    for (const token of [...this.#byToken.keys()]) this.endOf(token);
  }
}
