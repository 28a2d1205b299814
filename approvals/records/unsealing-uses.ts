// What both sides of an unsealing work with: who asks, and who gives a share.

import type { AppendEvidence } from '../../audit/event.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { TrackHeader } from '../../recordings/format/header.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { SessionId, UnsealingId } from '../../store/core/ids.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { Database } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import type { UnsealingRow } from './unsealing-repository.ts';

export interface UnsealingUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
  readonly recordsKey: Secret;
  /** The header of a session's keys track; undefined where there is none that is whole. */
  readonly headerOf: (session: SessionId) => Promise<TrackHeader | undefined>;
}

/** As events name it. */
export function named({ id, session_id: session }: UnsealingRow): {
  readonly unsealing: UnsealingId;
  readonly session: SessionId;
} {
  return { unsealing: id, session };
}

/** What the key is wrapped for while an unsealing is open. */
export function keyPurpose(unsealing: UnsealingId) {
  return { purpose: 'sluice unsealing key', unsealing };
}
