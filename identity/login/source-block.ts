// The addresses a ticket names: single ones or CIDR blocks, in one canonical text each. Nobody may ask for the whole
// world: at widest /8 (IPv4) or /32 (IPv6).

import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { canonicalAddress } from '../../store/core/address.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { ipv6Groups } from './source-address.ts';

export const sourceInvalid = defineRefusal('ticket.source-invalid', 'invalid', () => ({
  zh: '来源须是 IP 地址或网段，例如 203.0.113.7 或 203.0.113.0/24',
  en: 'a source is an IP address or a block, such as 203.0.113.7 or 203.0.113.0/24',
}));

export const sourceTooWide = defineRefusal('ticket.source-too-wide', 'invalid', () => ({
  zh: '来源网段太大：IPv4 最宽 /8，IPv6 最宽 /32',
  en: 'the block is too wide: at most /8 for IPv4 and /32 for IPv6',
}));

const WIDEST = { ipv4: 8, ipv6: 32 } as const;
const LONGEST = { ipv4: 32, ipv6: 128 } as const;

/** `203.0.113.7`, or `203.0.113.0/24` with its host bits cleared. */
export function parseSourceBlock(text: string): string {
  const [, address, length] = /^([0-9a-fA-F.:]{2,45})(?:\/(0|[1-9]\d{0,2}))?$/.exec(text.trim()) ?? [];
  if (address === undefined || !(isIPv4(address) || isIPv6(address))) throw sourceInvalid();
  const canonical = canonicalAddress(address);
  const family = isIPv4(canonical) ? 'ipv4' : 'ipv6';
  if (length === undefined) {
    if (unspecified(canonical)) throw sourceInvalid();
    return canonical;
  }
  // A block of IPv4-mapped addresses: its length counts the IPv6 bits.
  const prefix = Number(length) - (family === 'ipv4' && isIPv6(address) ? 96 : 0);
  if (prefix > LONGEST[family]) throw sourceInvalid();
  if (prefix < WIDEST[family]) throw sourceTooWide();
  const network = maskTo(canonical, prefix, family);
  if (unspecified(network)) throw sourceTooWide();
  return prefix === LONGEST[family] ? network : `${network}/${prefix}`;
}

/** Whether one of the blocks (canonical) contains the address (attacker-controlled in number, not in form). */
export function containsAddress(blocks: readonly string[], address: string): boolean {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = '', length] = block.split('/');
    const family = isIPv4(network) ? 'ipv4' : 'ipv6';
    if (length === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(length), family);
  }
  const canonical = canonicalAddress(address);
  return list.check(canonical, isIPv4(canonical) ? 'ipv4' : 'ipv6');
}

/** More than one site's worth of addresses: wider than /24 (IPv4) or /64 (IPv6). */
export function isWideBlock(block: string): boolean {
  const [network = '', length] = block.split('/');
  return length !== undefined && Number(length) < (isIPv4(network) ? 24 : 64);
}

function unspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function maskTo(address: string, prefix: number, family: 'ipv4' | 'ipv6'): string {
  const [bits, radix] = family === 'ipv4' ? ([8, 10] as const) : ([16, 16] as const);
  const groups = family === 'ipv4' ? address.split('.') : ipv6Groups(address);
  const masked = groups.map((group, index) => {
    const kept = Math.min(bits, Math.max(0, prefix - index * bits));
    return (Number.parseInt(group, radix) & ~((1 << (bits - kept)) - 1)).toString(radix);
  });
  return canonicalAddress(masked.join(family === 'ipv4' ? '.' : ':'));
}
