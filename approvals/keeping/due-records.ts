// What is past its retention. It is only listed: nothing is destroyed by time, and nothing by changing a setting.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { SYSTEM, witnessed } from '../../identity/permission.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Clock } from '../../store/core/clock.ts';
import { DAY_MS, dueAt, RETENTION_FLOOR_DAYS } from '../../store/core/retention.ts';
import type { Database } from '../../store/database.ts';
import { findSessions, type SessionView } from '../access/session-repository.ts';
import { endedBy } from './destruction-repository.ts';
import { heldAmong } from './hold-repository.ts';

export interface DueRecords {
  readonly floorDays: number;
  readonly retentionDays: number;
  /** How many are past their retention, those on hold included. */
  readonly all: number;
  /** The oldest first, the oldest thousand. */
  readonly due: readonly { readonly session: SessionView; readonly dueAt: number; readonly held: boolean }[];
}

export type ListDue = (user: AuthenticatedUser) => Promise<DueRecords>;

export function createListDue(uses: {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly policies: Policies;
  readonly retentionDays: number;
}): ListDue {
  const { database, clock, policies, retentionDays } = uses;
  return (user) =>
    witnessed(uses, user, 'retention.read', null, () =>
      database.transaction(async (tx) => {
        policies.authorize(user, 'retention.read', SYSTEM);
        const { sessions, all } = await endedBy(tx, clock.now() - dueAt(0, retentionDays));
        const held = new Set<string>();
        const views: SessionView[] = [];
        // Databases bound the number of parameters of one statement.
        for (let at = 0; at < sessions.length; at += 500) {
          const among = sessions.slice(at, at + 500);
          for (const id of await heldAmong(tx, among)) held.add(id);
          views.push(...(await findSessions(tx, { among })));
        }
        return {
          floorDays: RETENTION_FLOOR_DAYS,
          retentionDays: dueAt(0, retentionDays) / DAY_MS,
          all,
          due: views
            .map((session) => ({
              session,
              dueAt: dueAt(session.endedAt ?? clock.now(), retentionDays),
              held: held.has(session.id),
            }))
            .sort((a, b) => a.dueAt - b.dueAt),
        };
      }),
    );
}
