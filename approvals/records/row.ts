// Between a request's row and a request: data only where it is valid, a fault where a row is incomplete.

import type { Selectable } from 'kysely';
import type { Json } from '../../store/core/canonical-json.ts';
import type { RecordRequestTable } from '../../store/schema/session-tables.ts';
import type { Decision, RecordRequest, RequestProgress } from './request.ts';

export function progressColumns(progress: RequestProgress) {
  const decision = 'refusal' in progress ? progress.refusal : 'approval' in progress ? progress.approval : null;
  return {
    state: progress.state,
    decider_id: decision?.by ?? null,
    decided_at: decision?.at ?? null,
    decision_reason: 'reason' in progress ? progress.reason : null,
    expires_at: 'expiresAt' in progress ? progress.expiresAt : null,
    ended_at: 'endedAt' in progress ? progress.endedAt : null,
  };
}

export function requestOf(row: Selectable<RecordRequestTable>): RecordRequest {
  return {
    id: row.id,
    kind: row.kind,
    session: row.session_id,
    terms: JSON.parse(row.terms) as Json,
    requester: row.requester_id,
    reason: row.reason,
    progress: progressOf(row),
    createdAt: row.created_at,
    version: row.version,
  };
}

function progressOf(row: Selectable<RecordRequestTable>): RequestProgress {
  const decision = decisionOf(row);
  switch (row.state) {
    case 'waiting':
      return { state: 'waiting' };
    case 'approved':
      return { state: 'approved', approval: present(decision), expiresAt: present(row.expires_at) };
    case 'refused':
      return { state: 'refused', refusal: present(decision), reason: present(row.decision_reason) };
    case 'withdrawn':
      return { state: 'withdrawn', approval: decision, endedAt: present(row.ended_at) };
    case 'used':
      return {
        state: 'used',
        approval: present(decision),
        expiresAt: present(row.expires_at),
        endedAt: present(row.ended_at),
      };
  }
}

function decisionOf({ decider_id, decided_at }: Selectable<RecordRequestTable>): Decision | null {
  return decider_id === null || decided_at === null ? null : { by: decider_id, at: decided_at };
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('expected a complete row of a request, got a missing value');
  return value;
}
