// What acting on tickets takes.

import type { AppendEvidence } from '../../audit/event.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { Database } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';

export interface TicketUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
  /** IANA name of the centre's time zone: the day in a ticket's number, the times in its summary. */
  readonly timeZone: string;
}
