// What opens a target account for one dial: the secret that is kept for it, or a certificate that is made for this dial
// and ends with the channel. The callers hold the proof that the dial is allowed, and ask inside its transaction.

import type { AppendEvidence } from '../../audit/event.ts';
import type { CertificateSigner } from '../../identity/certificates/certificate-signer.ts';
import type { CertificateExtension } from '../../identity/certificates/user-certificate.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { actorOf } from '../../identity/permission.ts';
import { type Credential, credentialContext } from '../../identity/targets/credential.ts';
import { keptCredential } from '../../identity/targets/target-repository.ts';
import type { VaultReader } from '../../identity/vault/vault.ts';
import type { SessionId, TargetAccountId, TicketId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';

export interface Dial {
  readonly session: SessionId;
  readonly ticket: { readonly id: TicketId; readonly number: string };
  readonly user: AuthenticatedUser;
  readonly source: string;
  readonly targetAccount: { readonly id: TargetAccountId; readonly login: string };
  /** How long the channel may last from now on, milliseconds. */
  readonly remainingMs: number;
  readonly extensions: readonly CertificateExtension[];
  /** The gateway's key for this dial: base64 of the wire form. */
  readonly publicKey: string;
}

export interface DialCredentialUses {
  readonly append: AppendEvidence;
  readonly vault: VaultReader;
  readonly signer: CertificateSigner;
}

/** Leaves `credential.released`, and `certificate.signed` where one is made. */
export async function dialCredential(
  { append, vault, signer }: DialCredentialUses,
  tx: Tx,
  { session, ticket, user, source, targetAccount, ...dial }: Dial,
): Promise<Credential> {
  const kept = await keptCredential(tx, targetAccount.id);
  if (kept === undefined) throw new Error(`expected a credential for ${targetAccount.id}`);
  const actor = actorOf(user);
  await append(tx, {
    type: 'credential.released',
    actor,
    source,
    details: { session, targetAccount: targetAccount.id },
  });
  if (kept.kind !== 'certificate') {
    return { kind: kept.kind, secret: vault.open(kept.sealed, credentialContext(targetAccount.id)) };
  }
  const keyId = `sluice/${ticket.number}/${session}/${user.account.name}`;
  const asked = { session, ticket: ticket.id, targetAccount, keyId, actor, source, ...dial };
  return { kind: 'certificate', certificate: await signer.sign(tx, asked) };
}
