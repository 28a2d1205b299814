// What the administrator can start from a row.

import type { Account } from '../../contract/people.ts';

export type PersonAct = (start: {
  readonly name: 'invite-again' | 'identify' | 'depart';
  readonly account: Account;
}) => void;
