// Network addresses as text: one spelling per host, so that the same one is never counted or compared as two, and which
// of them may be a target.

import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/** The address in canonical form, an IPv4-mapped IPv6 address as IPv4, without a zone; throws on anything else. */
export function canonicalAddress(text: string): string {
  const bare = text.replace(/%.*$/, '');
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) throw new Error('expected an IP address');
  const canonical = new SocketAddress({ address: bare, family: 'ipv6' }).address.toLowerCase();
  return MAPPED.exec(canonical)?.[1] ?? canonical;
}

/**
 * Whether an address (in canonical form) may never be a target: loopback, link-local and whatever else means "this
 * machine" or "everybody" (B10). Nobody shall reach the bastion's own services through the bastion.
 */
export function isForbiddenTarget(address: string): boolean {
  return forbiddenBlocks().check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function forbiddenBlocks(): BlockList {
  const blocks = new BlockList();
  for (const [network, prefix] of [
    ['0.0.0.0', 8],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const)
    blocks.addSubnet(network, prefix, 'ipv4');
  for (const [network, prefix] of [
    ['::', 96],
    ['fe80::', 10],
    ['ff00::', 8],
    ['64:ff9b::', 96],
  ] as const)
    blocks.addSubnet(network, prefix, 'ipv6');
  return blocks;
}
