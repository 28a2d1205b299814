// What people see of the evidence log: its head, and proofs. Everybody signed in may hold the server to its checkpoints;
// a leaf is for the auditor and the head, and that one was handed out is itself in the log.

import { readHead } from '../audit/append.ts';
import { parseCheckpoint } from '../audit/checkpoint.ts';
import type { AppendEvidence } from '../audit/event.ts';
import type { LogProofs } from '../audit/log-proofs.ts';
import { parseNote } from '../audit/signed-note.ts';
import { tlogProofText } from '../audit/tlog-proof.ts';
import type { WitnessCollector } from '../audit/witness/collector.ts';
import type { AuthenticatedUser } from '../identity/login/authenticated-user.ts';
import { actorOf, SYSTEM, witnessed } from '../identity/permission.ts';
import type { Policies } from '../policies/evaluate.ts';
import type { Database } from '../store/database.ts';
import type { CheckpointHead, ConsistencyProof, LeafProof, WitnessReport } from './contract/evidence.ts';
import type { EvidenceHead } from './contract/sessions.ts';

export interface EvidenceReader {
  head(user: AuthenticatedUser): Promise<EvidenceHead>;
  checkpoint(user: AuthenticatedUser): Promise<CheckpointHead>;
  consistency(user: AuthenticatedUser, from: number, to: number): Promise<ConsistencyProof>;
  leafProof(user: AuthenticatedUser, index: number): Promise<LeafProof>;
  witnesses(user: AuthenticatedUser): Promise<WitnessReport>;
}

export function createEvidenceReader(uses: {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly policies: Policies;
  readonly publisher: { checkpoint(): string | undefined };
  readonly proofs: LogProofs;
  readonly witnesses: Pick<WitnessCollector, 'status'> | null;
  readonly verifierKey: string;
}): EvidenceReader {
  const { database, append, policies, publisher, proofs, witnesses, verifierKey } = uses;
  return {
    head: (user) =>
      witnessed(uses, user, 'evidence.read', null, async () => {
        policies.authorize(user, 'evidence.read', SYSTEM);
        const { size } = await database.transaction(readHead);
        return { size, checkpoint: publisher.checkpoint() ?? null, verifierKey };
      }),
    checkpoint: (user) =>
      witnessed(uses, user, 'checkpoint.read', null, async () => {
        policies.authorize(user, 'checkpoint.read', SYSTEM);
        return { checkpoint: publisher.checkpoint() ?? null, verifierKey };
      }),
    consistency: (user, from, to) =>
      witnessed(uses, user, 'checkpoint.read', { from, to }, async () => {
        policies.authorize(user, 'checkpoint.read', SYSTEM);
        const hashes = await proofs.consistency(from, to);
        return { hashes: hashes.map((hash) => hash.toString('base64')) };
      }),
    witnesses: (user) =>
      witnessed(uses, user, 'witness.read', null, async () => {
        policies.authorize(user, 'witness.read', SYSTEM);
        const size = parseCheckpoint(parseNote(publisher.checkpoint() ?? '')?.text ?? '')?.size ?? 0;
        const status = (await witnesses?.status()) ?? { covered: null, witnesses: [] };
        return { covered: status.covered, size, witnesses: status.witnesses.map((witness) => ({ ...witness })) };
      }),
    leafProof: (user, index) =>
      witnessed(uses, user, 'evidence.prove', { leaf: index }, async () => {
        policies.authorize(user, 'evidence.prove', SYSTEM);
        const { leaf, proof } = await proofs.leaf(index);
        const [actor, source, details] = [actorOf(user), user.source, { leaf: index }];
        await database.transaction((tx) => append(tx, { type: 'leaf.proved', actor, source, details }));
        return { leaf, proof: tlogProofText(proof) };
      }),
  };
}
