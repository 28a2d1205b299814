// Whom and what a lock can name, as far as this role may know them.

import { useQuery } from '@tanstack/react-query';
import type { LockScope } from '../../contract/locks.ts';
import type { Person } from '../../contract/words.ts';
import { routesQuery } from '../api/arrangements.ts';
import { accountsQuery } from '../api/people.ts';
import { ticketsQuery } from '../api/tickets.ts';
import { useMe } from '../shell/me.ts';

export interface Subject {
  readonly value: string;
  readonly text: string;
}

/** The section sees people by their tickets only. */
export function useSubjects(scope: LockScope): readonly Subject[] {
  const me = useMe();
  const bySection = me.role === 'section';
  const accounts = useQuery({ ...accountsQuery, enabled: !bySection }).data;
  const tickets = useQuery({ ...ticketsQuery(), enabled: bySection }).data;
  const targets = useQuery(routesQuery).data?.targets ?? [];
  const people = bySection
    ? (tickets ?? []).map(({ requester }) => requester)
    : (accounts ?? []).filter(({ state }) => state !== 'departed').map(({ person }) => person);
  const others = distinct(people).filter(({ id }) => id !== me.id);
  switch (scope) {
    case 'person':
      return others.map(({ id, displayName, name, vendor }) => ({
        value: id,
        text: [displayName, name, vendor].filter((part) => part !== null).join(' · '),
      }));
    case 'vendor':
      return [...new Set(others.flatMap(({ vendor }) => vendor ?? []))].map((name) => ({ value: name, text: name }));
    case 'target':
      return targets.map(({ id, name }) => ({ value: id, text: name }));
    default:
      return [];
  }
}

function distinct(people: readonly Person[]): readonly Person[] {
  return [...new Map(people.map((person) => [person.id, person])).values()];
}
