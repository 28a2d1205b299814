// The nerve inside one process: after a commit, whoever changed something says so; the live page, the listener and
// the registry of live sessions look again. It carries no data, so hearing twice or late is harmless.

export type Topic = 'tickets' | 'sessions' | 'people' | 'targets' | 'requests';

export interface Changes {
  /** Tells every listener, synchronously, in the order they subscribed. Call it after the commit, never inside. */
  publish(topic: Topic): void;
  /** Answers the function that unsubscribes. */
  subscribe(listener: (topic: Topic) => void): () => void;
}

export function createChanges(): Changes {
  const listeners = new Set<(topic: Topic) => void>();
  return {
    publish(topic) {
      for (const listener of [...listeners]) listener(topic);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
