// The only way a credential leaves the vault: against an approved channel, for one dial, with evidence. The gate is
// asked once more in the same transaction.

import type { AppendEvidence } from '../../audit/event.ts';
import { actorOf } from '../../identity/permission.ts';
import { type Credential, credentialContext } from '../../identity/targets/credential.ts';
import { sealedCredential } from '../../identity/targets/target-repository.ts';
import type { Vault } from '../../identity/vault/vault.ts';
import type { Database } from '../../store/database.ts';
import { type ApprovedChannel, isApproved } from './approved-channel.ts';
import type { Gate } from './gate.ts';

export type ReleaseCredential = (approved: ApprovedChannel) => Promise<Credential>;

export interface ReleaseUses {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly vault: Vault;
  readonly gate: Pick<Gate, 'confirm'>;
}

/** Throws the gate's Refusal when the answer has become no. */
export function createReleaseCredential({ database, append, vault, gate }: ReleaseUses): ReleaseCredential {
  return (approved) => {
    if (!isApproved(approved)) throw new Error('expected a channel that the gate approved');
    return database.transaction(async (tx) => {
      await gate.confirm(tx, approved);
      const { id } = approved.targetAccount;
      const found = await sealedCredential(tx, id);
      if (found === undefined) throw new Error(`expected a credential for ${id}`);
      await append(tx, {
        type: 'credential.released',
        actor: actorOf(approved.user),
        source: approved.source,
        details: { session: approved.session, targetAccount: id },
      });
      return { kind: found.kind, secret: vault.open(found.sealed, credentialContext(id)) };
    });
  };
}
