// Whether anything passes between the two sides of a session. Pure and total.
//
//   waiting --somebody watches--> live          a supervised session begins here: nothing has reached the target yet
//   live    --the last one leaves, or a supervisor stops it--> frozen --one is back, and nobody stops it--> live
//   a session that is not supervised begins live, and is frozen only by hand
//
// The end comes from elsewhere and at any time: a window, a revocation or a cut ends a waiting or frozen session as it
// ends a live one.

/** What decides. */
export interface Watched {
  /** The ticket says that somebody has to watch. */
  readonly supervised: boolean;
  readonly watchers: number;
  /** A supervisor has stopped it by hand. */
  readonly held: boolean;
  /** Something has passed before. */
  readonly begun: boolean;
}

export type FlowState = 'waiting' | 'live' | 'frozen';
export type FreezeCause = 'held' | 'unwatched';

export function flowOf(watched: Watched): FlowState {
  if (passes(watched)) return 'live';
  return watched.begun ? 'frozen' : 'waiting';
}

export function passes({ supervised, watchers, held }: Watched): boolean {
  return !held && (!supervised || watchers > 0);
}

/** Why nothing passes; a hand that stopped it is named first. */
export function causeOf({ held }: Watched): FreezeCause {
  return held ? 'held' : 'unwatched';
}
