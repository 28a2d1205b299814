// Where a passkey's page is: the public URL, or on this very machine the host the request names. A Host header from
// anywhere else is attacker-controlled, and an address is no name (WebAuthn § 5.1.2): there are no passkeys there.

import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { PasskeySite } from '../../identity/login/passkey-challenges.ts';
import { defineRefusal } from '../../store/core/refusal.ts';

export const noPasskeySite = defineRefusal('passkey.no-site', 'conflict', () => ({
  zh: '通行密钥只在以域名访问时可用（设置 web.publicUrl），本机请用 localhost',
  en: 'passkeys work only where this server is reached by a name (setting web.publicUrl), on this machine localhost',
}));

/** Throws `passkey.no-site`. `publicUrl`: as in the settings. */
export function passkeySite(publicUrl: string | null, request: FastifyRequest): PasskeySite {
  const url = urlOf(publicUrl ?? `${request.protocol}://${request.headers.host ?? ''}`);
  if (url === undefined || isAddress(url.hostname)) throw noPasskeySite();
  if (publicUrl === null && !isOwnMachine(url.hostname)) throw noPasskeySite();
  return { id: url.hostname, origin: url.origin };
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || isIP(hostname) !== 0;
}

function isOwnMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}
