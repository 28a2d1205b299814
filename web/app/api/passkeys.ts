// One's own passkeys: the questions come from the server, the answers from the authenticator, through the browser.

import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import { queryOptions } from '@tanstack/react-query';
import Type from 'typebox';
import {
  Passkey,
  type PasskeyMade,
  PasskeyOffer,
  type PasskeyOfferBody,
  PasskeyQuestion,
  type Transport,
} from '../../contract/passkeys.ts';
import type { PasskeyAnswer, SecondFactor } from '../../contract/words.ts';
import { ApiError, PASSKEY_NONE } from './problem.ts';
import { act, get, post } from './request.ts';

export const passkeysQuery = queryOptions({
  queryKey: ['passkeys'],
  queryFn: () => get('/me/passkeys', Type.Array(Passkey)),
  staleTime: 60_000,
});

/** Whether this browser would speak to passkeys here: over TLS or on this machine, and by a name, not an address. */
export function passkeysPossible(): boolean {
  const { hostname } = window.location;
  const isAddress = hostname.startsWith('[') || /^[0-9.]+$/.test(hostname);
  return window.isSecureContext && !isAddress && browserSupportsWebAuthn();
}

/** What a passkey says in place of a code, on the sign-in page. */
export const passkeyToSignIn = async () => answerTo(await post('/login/passkey', PasskeyQuestion));

/** The same for an act, once signed in. */
export const passkeyForAct = async () => answerTo(await post('/me/passkeys/question', PasskeyQuestion));

export async function registerPasskey(body: PasskeyOfferBody): Promise<Passkey> {
  return post('/me/passkeys', Passkey, await madeFor(await post('/me/passkeys/offer', PasskeyOffer, body)));
}

export const removePasskey = (id: string, code: SecondFactor) =>
  act(`/me/passkeys/${encodeURIComponent(id)}/remove`, { code });

async function answerTo({ attempt, challenge, site, timeoutMs, allowed }: PasskeyQuestion): Promise<PasskeyAnswer> {
  const said = await ofAuthenticator(() =>
    startAuthentication({
      optionsJSON: {
        challenge,
        rpId: site,
        timeout: timeoutMs,
        userVerification: 'required',
        allowCredentials: allowed.map(descriptor),
      },
    }),
  );
  const { clientDataJSON: clientData, authenticatorData, signature, userHandle } = said.response;
  return { attempt, credential: said.id, clientData, authenticatorData, signature, userHandle: userHandle || null };
}

async function madeFor({ attempt, challenge, site, timeoutMs, ...offer }: PasskeyOffer): Promise<PasskeyMade> {
  const said = await ofAuthenticator(() =>
    startRegistration({
      optionsJSON: {
        challenge,
        timeout: timeoutMs,
        rp: { id: site, name: 'Sluice 闸口' },
        user: { id: offer.user.handle, name: offer.user.name, displayName: offer.user.displayName },
        pubKeyCredParams: offer.algorithms.map((alg) => ({ alg, type: 'public-key' })),
        excludeCredentials: offer.known.map(descriptor),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        attestation: 'none',
        extensions: { credProps: true },
      },
    }),
  );
  const { clientDataJSON: clientData, attestationObject: attestation, transports = [] } = said.response;
  return {
    attempt,
    credential: said.id,
    clientData,
    attestation,
    transports: TRANSPORTS.filter((known) => transports.includes(known)),
    // Authenticators that say nothing about it are those that always keep them.
    discoverable: said.clientExtensionResults.credProps?.rk !== false,
  };
}

const TRANSPORTS: readonly Transport[] = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'];

function descriptor({ credential, transports }: PasskeyQuestion['allowed'][number]) {
  return {
    id: credential,
    type: 'public-key' as const,
    transports: TRANSPORTS.filter((known) => transports.includes(known)),
  };
}

/** Browsers do not tell why: cancelled, too late, none there, or the wrong finger. */
async function ofAuthenticator<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch(() => {
    throw new ApiError(0, PASSKEY_NONE);
  });
}
