// Who is signed in. Pages inside the shell are shown only after this was answered.

import { useSuspenseQuery } from '@tanstack/react-query';
import type { Person } from '../../contract/words.ts';
import { meQuery } from '../api/login.ts';

export function useMe(): Person {
  return useSuspenseQuery(meQuery).data.account;
}
