// What a passkey signed, checked: the challenge, the site, that the person was there and was verified, the signature.
// Everything in an answer is attacker-controlled. The parsing and the cryptography are @simplewebauthn/server's; the
// counter is judged where it is stored (`second-factor.ts`), by compare-and-set.

import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import type { Passkey } from '../people/passkey-repository.ts';
import type { PasskeyChallenge } from './passkey-challenges.ts';

/** Bytes are base64url. */
export interface PasskeyAnswer {
  readonly attempt: string;
  readonly credential: string;
  readonly clientData: string;
  readonly authenticatorData: string;
  readonly signature: string;
  /** Whose the authenticator believes it is: our account id; null where it does not know. */
  readonly userHandle: string | null;
}

/** A new passkey, as its authenticator made it. Bytes are base64url. */
export interface PasskeyMade {
  readonly attempt: string;
  readonly credential: string;
  readonly clientData: string;
  readonly attestation: string;
  readonly transports: readonly string[];
  readonly discoverable: boolean;
}

/** COSE: Ed25519, ECDSA over P-256, RSA with SHA-256; every authenticator has one of them. */
export const PASSKEY_ALGORITHMS = [-8, -7, -257] as const;

/** The signature counter; undefined when the answer is not this passkey's to this challenge. */
export async function answeredBy(
  answer: PasskeyAnswer,
  { challenge, site }: PasskeyChallenge,
  passkey: Passkey,
): Promise<number | undefined> {
  const { credential: id, clientData, authenticatorData, signature } = answer;
  if (isFramed(clientData)) return undefined;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON: clientData, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      credential: { id: passkey.credential, publicKey: bytes(passkey.publicKey), counter: 0 },
    });
    return verified ? authenticationInfo.newCounter : undefined;
  } catch {
    // The library's word for "no" is an error, and so is its word for "not even readable".
    return undefined;
  }
}

/** What is kept of a new passkey; undefined when it does not answer this challenge. */
export async function madeFor(
  made: PasskeyMade,
  { challenge, site }: PasskeyChallenge,
): Promise<Pick<Passkey, 'credential' | 'publicKey' | 'signCounter'> | undefined> {
  const { credential: id, clientData, attestation } = made;
  if (isFramed(clientData)) return undefined;
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON: clientData, attestationObject: attestation },
      },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS],
    });
    if (!verified || registrationInfo === undefined) return undefined;
    const { credential } = registrationInfo;
    // Its own word for what it made, not the page's.
    if (credential.id !== id) return undefined;
    const publicKey = Buffer.from(credential.publicKey).toString('base64url');
    return { credential: id, publicKey, signCounter: credential.counter };
  } catch {
    return undefined;
  }
}

// The library lets a page of ours in another site's frame pass where the browser does not say which site that is.
function isFramed(clientData: string): boolean {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientData, 'base64url').toString('utf8'));
    return typeof data === 'object' && data !== null && 'crossOrigin' in data && data.crossOrigin !== false;
  } catch {
    return true;
  }
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(base64url, 'base64url'));
}
