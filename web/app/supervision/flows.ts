// The live sessions with who watches them, those that need somebody first.

import { useQuery } from '@tanstack/react-query';
import type { Session } from '../../contract/sessions.ts';
import type { Supervised } from '../../contract/supervision.ts';
import type { Role } from '../../contract/words.ts';
import { sessionsQuery } from '../api/sessions.ts';
import { supervisionQuery } from '../api/supervision.ts';
import { useMe } from '../shell/me.ts';

export interface WatchedSession {
  readonly session: Session;
  /** Undefined for a moment after it began, and where the two answers disagree. */
  readonly flow: Supervised | undefined;
}

const ORDER = ['waiting', 'frozen', 'live'] as const;

/** What is open now; undefined until both answers are there. */
export function useWatched(enabled = true): {
  readonly found: readonly WatchedSession[] | undefined;
  readonly error: Error | null;
} {
  const live = useQuery({ ...sessionsQuery({ live: true }), enabled });
  const flows = useQuery({ ...supervisionQuery, enabled });
  const error = live.error ?? flows.error;
  if (live.data === undefined || flows.data === undefined) return { found: undefined, error };
  const found = live.data
    .filter(({ endedAt }) => endedAt === null)
    .map((session) => ({ session, flow: flows.data.find((each) => each.session === session.id) }))
    .toSorted((one, other) => ORDER.indexOf(stateOf(one)) - ORDER.indexOf(stateOf(other)));
  return { found, error };
}

/** Of one live session. */
export function useFlow(session: string | undefined): Supervised | undefined {
  const { data } = useQuery({ ...supervisionQuery, enabled: session !== undefined });
  return data?.find((each) => each.session === session);
}

export function stateOf({ flow }: WatchedSession): Supervised['state'] {
  return flow?.state ?? 'live';
}

/** The server decides; this only leaves out what would be refused. */
export function supervises(role: Role): boolean {
  return role === 'head' || role === 'section';
}

/** Sessions that do nothing until somebody of the centre watches; empty for those who cannot. */
export function useWaitingForMe(): readonly WatchedSession[] {
  const may = supervises(useMe().role);
  const { found = [] } = useWatched(may);
  return may ? found.filter(needsSomebody) : [];
}

/** Nobody has watched yet, or the last who did has left. */
export function needsSomebody({ flow }: WatchedSession): boolean {
  return flow?.state === 'waiting' || (flow?.state === 'frozen' && flow.heldBy === null);
}
