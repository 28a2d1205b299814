// Where forwarded connections may go: named one by one, no wildcards. `localhost` and `127.0.0.1` are two words: what
// the first one means is the target's business, so a ticket that names one does not name the other.

import { isIP } from 'node:net';
import { targetHost } from '../../identity/targets/host.ts';
import { canonicalAddress, isForbiddenTarget } from '../../store/core/address.ts';
import type { Destination } from '../../store/core/channel-terms.ts';
import { defineRefusal, Refusal } from '../../store/core/refusal.ts';

const MOST_DESTINATIONS = 32;
const LONGEST_HOST = 255;

export const destinationInvalid = defineRefusal('ticket.destination-invalid', 'invalid', () => ({
  zh: '转发目的地须是主机名或 IP 地址加端口，例如 db.example:5432；不能用通配符、链路本地或组播地址',
  en: 'a destination is a host or address with a port, such as db.example:5432; no wildcards, no link-local or multicast',
}));

export const destinationsInvalid = defineRefusal('ticket.destinations-invalid', 'invalid', () => ({
  zh: `请填写 1 到 ${MOST_DESTINATIONS} 个转发目的地`,
  en: `name 1 to ${MOST_DESTINATIONS} destinations`,
}));

/** In canonical form, each once, in one order. */
export function parseDestinations(wanted: readonly Destination[]): readonly Destination[] {
  if (wanted.length === 0 || wanted.length > MOST_DESTINATIONS) throw destinationsInvalid();
  const byText = new Map<string, Destination>();
  for (const each of wanted) {
    const parsed = canonicalDestination(each);
    if (parsed === undefined) throw destinationInvalid();
    byText.set(destinationText(parsed), parsed);
  }
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, destination]) => destination);
}

/** Undefined for what no ticket can name. Attacker-controlled: a client says where it wants to go. */
export function canonicalDestination({ host: text, port }: Destination): Destination | undefined {
  if (!Number.isInteger(port) || port < 1 || port > 65_535 || text.length > LONGEST_HOST) return undefined;
  const host = canonicalHost(text);
  return host === undefined ? undefined : { host, port };
}

/** `host:port`, an IPv6 address in brackets. */
export function destinationText({ host, port }: Destination): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether the ticket names the place; `wanted` as the client said it. */
export function namedDestination(agreed: readonly Destination[], wanted: Destination): Destination | undefined {
  const canonical = canonicalDestination(wanted);
  return agreed.find(({ host, port }) => host === canonical?.host && port === canonical.port);
}

function canonicalHost(text: string): string | undefined {
  try {
    const host = targetHost(text, { allowLoopback: true });
    return isIP(host) !== 0 && !isLoopback(host) && isForbiddenTarget(host) ? undefined : host;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The target itself, which is what most forwarding is for: a database that listens there and nowhere else. */
function isLoopback(address: string): boolean {
  return address.startsWith('127.') || canonicalAddress(address) === '::1';
}
