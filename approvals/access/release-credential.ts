// The only way a credential leaves the vault: against an approved channel, for one dial, with evidence. The gate is
// asked once more in the same transaction.

import type { CertificateExtension } from '../../identity/certificates/user-certificate.ts';
import type { Credential } from '../../identity/targets/credential.ts';
import type { ChannelKind } from '../../store/core/channel-terms.ts';
import type { Database } from '../../store/database.ts';
import { type ApprovedChannel, isApproved } from './approved-channel.ts';
import { type DialCredentialUses, dialCredential } from './dial-credential.ts';
import type { Gate } from './gate.ts';
import type { WindowTime } from './window-time.ts';

/** `publicKey`: the gateway's for this dial, base64 of the wire form. */
export type ReleaseCredential = (approved: ApprovedChannel, publicKey: string) => Promise<Credential>;

export interface ReleaseUses extends DialCredentialUses {
  readonly database: Database;
  readonly time: WindowTime;
  readonly gate: Pick<Gate, 'confirm'>;
}

/** What each kind of channel asks of a target. Whoever runs one command may ask for a terminal with it. */
const EXTENSIONS: Readonly<Record<ChannelKind, readonly CertificateExtension[]>> = {
  shell: ['permit-pty'],
  exec: ['permit-pty'],
  sftp: [],
  forward: ['permit-port-forwarding'],
};

/** Throws the gate's Refusal when the answer has become no. */
export function createReleaseCredential({ database, time, gate, ...uses }: ReleaseUses): ReleaseCredential {
  return (approved, publicKey) => {
    if (!isApproved(approved)) throw new Error('expected a channel that the gate approved');
    const { session, ticket, user, source, targetAccount, kind } = approved;
    return database.transaction(async (tx) => {
      const closesAt = await gate.confirm(tx, approved);
      const remainingMs = Math.max(0, closesAt - time.now());
      const extensions = EXTENSIONS[kind];
      return dialCredential(uses, tx, {
        session,
        ticket,
        user,
        source,
        targetAccount,
        remainingMs,
        extensions,
        publicKey,
      });
    });
  };
}
