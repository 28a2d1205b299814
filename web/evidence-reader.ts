// What the page shows of the evidence log: how long it is and the last signed checkpoint.

import { readHead } from '../audit/append.ts';
import type { AuthenticatedUser } from '../identity/login/authenticated-user.ts';
import type { Policies } from '../policies/evaluate.ts';
import type { Database } from '../store/database.ts';
import type { EvidenceHead } from './contract/sessions.ts';

export interface EvidenceReader {
  head(user: AuthenticatedUser): Promise<EvidenceHead>;
}

export function createEvidenceReader(uses: {
  readonly database: Database;
  readonly policies: Policies;
  readonly publisher: { checkpoint(): string | undefined };
  readonly verifierKey: string;
}): EvidenceReader {
  const { database, policies, publisher, verifierKey } = uses;
  return {
    async head(user) {
      policies.authorize(user, 'evidence.read', { kind: 'system' });
      const { size } = await database.transaction(readHead);
      return { size, checkpoint: publisher.checkpoint() ?? null, verifierKey };
    },
  };
}
