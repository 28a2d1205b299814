// The kinds of request there are: which right each act takes, and what the evidence calls it. Another kind is another
// line here, its rights in the policies, its events in the union, and a row in `record_request_kind`.

import type { RequestAction, SessionAction } from '../../policies/action.ts';
import type { RecordRequestKind } from '../../store/schema/session-tables.ts';

interface KindOfRequest {
  readonly ask: SessionAction;
  readonly decide: RequestAction;
  readonly use: RequestAction;
  readonly requested: 'export.requested' | 'destroy.requested';
  readonly approved: 'export.approved' | 'destroy.approved';
  readonly refused: 'export.refused' | 'destroy.refused';
  readonly withdrawn: 'export.withdrawn' | 'destroy.withdrawn';
  /** Null where the act says more, in events of its own. */
  readonly used: 'export.downloaded' | null;
}

export const KINDS: { readonly [K in RecordRequestKind]: KindOfRequest } = {
  export: {
    ask: 'export.ask',
    decide: 'export.decide',
    use: 'export.use',
    requested: 'export.requested',
    approved: 'export.approved',
    refused: 'export.refused',
    withdrawn: 'export.withdrawn',
    used: 'export.downloaded',
  },
  destroy: {
    ask: 'destroy.ask',
    decide: 'destroy.decide',
    use: 'destroy.use',
    requested: 'destroy.requested',
    approved: 'destroy.approved',
    refused: 'destroy.refused',
    withdrawn: 'destroy.withdrawn',
    used: null,
  },
};
