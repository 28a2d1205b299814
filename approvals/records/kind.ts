// The kinds of request there are: which right each act takes, and what the evidence calls it. Another kind is another
// line here, its rights in the policies, its events in the union, and a row in `record_request_kind`.

import type { RequestAction, SessionAction } from '../../policies/action.ts';
import type { RecordRequestKind } from '../../store/schema/tables.ts';

interface KindOfRequest {
  readonly ask: SessionAction;
  readonly decide: RequestAction;
  readonly use: RequestAction;
  readonly requested: 'export.requested';
  readonly approved: 'export.approved';
  readonly refused: 'export.refused';
  readonly withdrawn: 'export.withdrawn';
  readonly used: 'export.downloaded';
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
};
