// Signs certificates with the user CA's key: the only place that takes its private half out of the vault, for as long
// as one signature takes. Every certificate is an event of the same transaction.

import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import type { Actor, AppendEvidence } from '../../audit/event.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { SessionId, TargetAccountId, TicketId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import { fingerprintOf, parseSshPublicKey } from '../ssh-public-key.ts';
import type { VaultReader } from '../vault/vault.ts';
import { caKeyContext, sealedSigningKey } from './ca-key-repository.ts';
import { type CertificateExtension, encodeUserCertificate } from './user-certificate.ts';

export interface CertificateRequest {
  readonly session: SessionId;
  readonly ticket: TicketId;
  readonly targetAccount: { readonly id: TargetAccountId; readonly login: string };
  /** Base64 of the wire form of an Ed25519 key, from a gateway. */
  readonly publicKey: string;
  /** What the target's own log shows. */
  readonly keyId: string;
  /** How long it may open anything from now on, milliseconds. */
  readonly remainingMs: number;
  readonly extensions: readonly CertificateExtension[];
  readonly actor: Actor;
  readonly source: string;
}

export interface CertificateSigner {
  /** The certificate as a public key blob. Throws a Refusal where the key is none. */
  sign(tx: Tx, request: CertificateRequest): Promise<Buffer>;
}

/** Targets whose clocks are slow take it all the same; before it was made nobody had the key. */
const SLOW_CLOCK_MS = 300_000;

export function createCertificateSigner({
  clock,
  append,
  vault,
}: {
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly vault: VaultReader;
}): CertificateSigner {
  return {
    async sign(tx, { session, ticket, targetAccount, keyId, remainingMs, extensions, actor, source, ...request }) {
      const key = parseSshPublicKey(`ssh-ed25519 ${request.publicKey}`, { leastRsaBits: 0, securityKeys: false });
      const ca = await sealedSigningKey(tx);
      if (ca === undefined) throw new Error('expected a key of the user CA that signs');
      // Rounded down: never a moment longer than the channel. A length added to the machine's own time, which is what
      // targets compare: the window's may be ahead of it (window-time.ts).
      const [validAfter, validBefore] = [clock.now() - SLOW_CLOCK_MS, clock.now() + remainingMs].map((ms) =>
        Math.floor(ms / 1000),
      ) as [number, number];
      const fields = {
        nonce: randomBytes(32),
        publicKey: Buffer.from(key.blob, 'base64'),
        // Random, so that a database that was put back to yesterday gives no number twice.
        serial: (randomBytes(8).readBigUInt64BE() >> 1n) | 1n,
        keyId,
        principals: [targetAccount.login],
        validAfter,
        validBefore,
        extensions,
        signer: Buffer.from(ca.publicKey, 'base64'),
      };
      const secret = vault.open(ca.sealed, caKeyContext(ca.id));
      const certificate = encodeUserCertificate(fields, (bytes) => signed(bytes, secret.reveal()));
      secret.wipe();
      await append(tx, {
        type: 'certificate.signed',
        actor,
        source,
        details: {
          session,
          ticket,
          targetAccount: targetAccount.id,
          serial: String(fields.serial),
          keyId,
          principals: fields.principals,
          validFrom: validAfter * 1000,
          validUntil: validBefore * 1000,
          extensions,
          fingerprint: key.fingerprint,
          ca: fingerprintOf(fields.signer),
        },
      });
      return certificate;
    },
  };
}

function signed(bytes: Buffer, pkcs8: Buffer): Buffer {
  return sign(null, bytes, createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
}
