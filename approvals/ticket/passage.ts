// How far a submitted ticket has come on its route: who filed it, who approved so far, and what they left of it.

import type { AccountId } from '../../store/core/ids.ts';
import type { Narrowing } from './narrowing.ts';
import type { Route } from './route.ts';

export interface Decision {
  readonly by: AccountId;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The head in whose place a deputy decided. */
  readonly deputyFor: AccountId | null;
}

export interface Passage {
  readonly route: Route;
  /** Where the route asks for it. */
  readonly filing: Decision | null;
  /** In order, each by another person; as many as the route asks for once it is approved. */
  readonly given: readonly Decision[];
  /** What the approvals so far have taken away. */
  readonly narrowing: Narrowing | null;
}

export function begin(route: Route): Passage {
  return { route, filing: null, given: [], narrowing: null };
}

export function isEnough({ route, given }: Passage): boolean {
  return given.length >= route.approvals;
}

/** Whether this person has had a hand in it. */
export function hasDecided({ filing, given }: Passage, person: AccountId): boolean {
  return filing?.by === person || given.some(({ by }) => by === person);
}

/** Whether that head has spoken, themselves or by a deputy: two approvals are two heads' opinions. */
export function hasSpoken({ given }: Passage, { by, deputyFor }: Pick<Decision, 'by' | 'deputyFor'>): boolean {
  return given.some((each) => (each.deputyFor ?? each.by) === (deputyFor ?? by));
}
