// Waiting that a session's end cuts short.

/** Resolves with `wait`, or when the signal fires. */
export function orAborted(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // Taken off again: a long session waits often, and its signal would keep every one of them.
    const settle = () => {
      signal.removeEventListener('abort', settle);
      resolve();
    };
    signal.addEventListener('abort', settle, { once: true });
    wait.then(settle, settle);
    if (signal.aborted) settle();
  });
}
