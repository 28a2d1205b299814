// A request for records as the API answers it: what was asked for, in the words of its kind.

import Type from 'typebox';
import Value from 'typebox/value';
import type { RecordRequestView } from '../../approvals/records/view.ts';
import { ExportTerms, type RecordRequest } from '../contract/record-requests.ts';

const DestroyTerms = Type.Object({ sessions: Type.Array(Type.String()) });

export function requestAnswer(view: RecordRequestView): RecordRequest {
  const acts = [...view.acts];
  switch (view.kind) {
    case 'export':
      return { ...view, acts, terms: Value.Parse(ExportTerms, view.terms), sessions: [view.session.id] };
    case 'destroy':
      return { ...view, acts, terms: null, sessions: Value.Parse(DestroyTerms, view.terms).sessions };
  }
}
