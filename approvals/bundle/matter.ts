// What a verifier judges besides whether a bundle is whole: each duty that the events show to have been kept or not. One
// judgement is of one matter about one ticket or session, and says in a sentence what it rests on.

import type { Sentence } from '../../store/core/refusal.ts';
import type { BundleEvent } from './bundle-events.ts';
import type { MatterName } from './bundle-finding.ts';
import type { ShownTicket, Span } from './shown-ticket.ts';

/**
 * `fails`: the events contradict the rule, and the bundle does not hold. `lacking`: they show that something was not done;
 * the bundle holds and says so. `unknown`: they do not say.
 */
export type Outcome = 'holds' | 'fails' | 'lacking' | 'unknown';

export interface Matter {
  readonly matter: MatterName;
  /** A ticket or a session. */
  readonly about: string;
  readonly outcome: Outcome;
  readonly sentence: Sentence;
}

/** A session of the bundle, with the events that name it. */
export interface JudgedSession {
  readonly id: string;
  readonly opened: BundleEvent;
  readonly ended: BundleEvent | undefined;
  /** In order. */
  readonly events: readonly BundleEvent[];
}

export interface Told {
  readonly ticket: string;
  /** Everything proven, in the order of the log. */
  readonly events: readonly BundleEvent[];
  /** What names the ticket. */
  readonly own: readonly BundleEvent[];
  readonly requester: string | undefined;
  readonly approvals: readonly BundleEvent[];
  /** The approved text; undefined where it is not shown. */
  readonly shown: ShownTicket | undefined;
  /** What is left of its windows and was added to them, for what comes before that leaf. */
  readonly windowsBefore: (index: number) => readonly Span[] | undefined;
  readonly sessions: readonly JudgedSession[];
}

/** How late an event may be written after what it speaks of, in milliseconds. */
export const LATE_MS = 120_000;

/** Of the requester's side: who asked, or who comes along by any of these approvals. */
export function isOfRequestersSide({ requester, approvals, shown }: Told, account: unknown): boolean {
  const companions = [...approvals.flatMap(companionsIn), ...(shown?.companions ?? [])];
  return account === undefined || account === requester || companions.includes(account);
}

export function companionsIn({ details: { companions } }: BundleEvent): readonly unknown[] {
  return Array.isArray(companions) ? companions : [];
}

export function nameOf({ actorName }: BundleEvent): string {
  return actorName ?? '?';
}

/** Whoever is of another company than the centre, where the event says for whom they acted. */
export function isOutsider({ details: { vendor } }: BundleEvent): boolean {
  return vendor !== undefined && vendor !== null;
}
