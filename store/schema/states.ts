// The closed words of columns that more than one table or folder speaks of.

export type Role = 'admin' | 'operator' | 'auditor' | 'head' | 'section';

export type AccountState = 'invited' | 'active' | 'departed';

export type TicketState =
  | 'draft'
  | 'submitted'
  | 'filed'
  | 'approved'
  | 'refused'
  | 'withdrawn'
  | 'revoked'
  | 'reported'
  | 'closed';

export const LOCK_SCOPES = ['everything', 'person', 'vendor', 'target', 'source'] as const;
export type LockScope = (typeof LOCK_SCOPES)[number];
