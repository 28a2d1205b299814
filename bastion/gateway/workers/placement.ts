// Which worker takes the next connection: one that carries nothing large, then the one with the fewest.

export interface Load {
  readonly connections: number;
  /** As of lately, both ways. */
  readonly bytesPerSecond: number;
}

/** From here on somebody moves files there: a person who types is better off elsewhere. */
export const BULK_BYTES_PER_SECOND = 1024 * 1024;

/** The index of the best one; the first among equals. `loads` is not empty. */
export function place(loads: readonly Load[]): number {
  let best = 0;
  loads.forEach((load, nth) => {
    const chosen = loads[best];
    if (chosen !== undefined && isBetter(load, chosen)) best = nth;
  });
  return best;
}

function isBetter(a: Load, b: Load): boolean {
  const bulk = (load: Load) => load.bytesPerSecond >= BULK_BYTES_PER_SECOND;
  if (bulk(a) !== bulk(b)) return bulk(b);
  if (a.connections !== b.connections) return a.connections < b.connections;
  return a.bytesPerSecond < b.bytesPerSecond;
}
