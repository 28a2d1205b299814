// What the page shows of the evidence log: how long it is and the last signed checkpoint.

import { readHead } from '../audit/append.ts';
import type { AppendEvidence } from '../audit/event.ts';
import type { AuthenticatedUser } from '../identity/login/authenticated-user.ts';
import { SYSTEM, witnessed } from '../identity/permission.ts';
import type { Policies } from '../policies/evaluate.ts';
import type { Database } from '../store/database.ts';
import type { EvidenceHead } from './contract/sessions.ts';

export interface EvidenceReader {
  head(user: AuthenticatedUser): Promise<EvidenceHead>;
}

export function createEvidenceReader(uses: {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly policies: Policies;
  readonly publisher: { checkpoint(): string | undefined };
  readonly verifierKey: string;
}): EvidenceReader {
  const { database, policies, publisher, verifierKey } = uses;
  return {
    head: (user) =>
      witnessed(uses, user, 'evidence.read', null, async () => {
        policies.authorize(user, 'evidence.read', SYSTEM);
        const { size } = await database.transaction(readHead);
        return { size, checkpoint: publisher.checkpoint() ?? null, verifierKey };
      }),
  };
}
