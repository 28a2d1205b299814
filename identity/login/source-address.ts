// What is counted as one origin of guesses, and the groups of an IPv6 address.

import { isIPv4 } from 'node:net';
import { canonicalAddress } from '../../store/core/address.ts';

/** What is counted as one origin of guesses: an IPv4 address, or the /64 an IPv6 host can pick its addresses from. */
export function sourceNetwork(text: string): string {
  const address = canonicalAddress(text);
  return isIPv4(address) ? address : `${ipv6Groups(address).slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address in canonical form, which may end in dotted decimals (`::203.0.113.7`). */
export function ipv6Groups(address: string): string[] {
  const [head = '', tail] = address.replace(/[\d.]+\.[\d.]+$/, dottedAsGroups).split('::');
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...right];
  if (groups.length !== 8) throw new Error('expected an IPv6 address of eight groups');
  return groups;
}

function groupsOf(part: string): string[] {
  return part === '' ? [] : part.split(':');
}

function dottedAsGroups(dotted: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
