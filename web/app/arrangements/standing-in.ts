// Whether the reader stands in for a head at this moment.

import { useQuery } from '@tanstack/react-query';
import { deputiesQuery } from '../api/arrangements.ts';
import { useMe } from '../shell/me.ts';

export function useStandsIn(): boolean {
  const { id, role } = useMe();
  const { data } = useQuery({ ...deputiesQuery, enabled: role === 'section' });
  return data?.some(({ deputy, inForce }) => inForce && deputy.id === id) ?? false;
}
