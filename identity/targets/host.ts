// Where a target may be. Loopback, link-local and other addresses that mean "this machine" or "everybody" are refused
// (B10): nobody shall reach the bastion's own database through the bastion. A name that resolves to such an address is
// caught where it is dialled.

import { BlockList, isIP, isIPv6 } from 'node:net';
import { defineRefusal } from '../../store/core/refusal.ts';
import { sourceAddress } from '../login/source-address.ts';

export const hostInvalid = defineRefusal('target.host-invalid', 'invalid', () => ({
  zh: '主机须是 IP 地址或域名',
  en: 'a host is an IP address or a domain name',
}));

export const hostRefused = defineRefusal('target.host-refused', 'invalid', () => ({
  zh: '不能使用本机、链路本地或组播地址',
  en: 'loopback, link-local and multicast addresses are not accepted',
}));

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** The host in canonical form. */
export function targetHost(text: string, { allowLoopback }: { readonly allowLoopback: boolean }): string {
  const host = text.normalize('NFC').trim().toLowerCase().replace(/\.$/, '');
  if (isIP(host) !== 0) {
    const address = sourceAddress(host);
    if (!allowLoopback && isRefusedAddress(address)) throw hostRefused();
    return address;
  }
  const labels = host.split('.');
  // `127.1`, `0x7f000001` and `2130706433` are addresses to the resolver: no name ends in a number.
  const numeric = /^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '');
  if (host.length > 253 || numeric || !labels.every((label) => LABEL.test(label))) throw hostInvalid();
  if (!allowLoopback && labels.at(-1) === 'localhost') throw hostRefused();
  return host;
}

/** Whether an address (in canonical form) may never be a target. */
export function isRefusedAddress(address: string): boolean {
  return refusedBlocks().check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function refusedBlocks(): BlockList {
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
    ['::', 127],
    ['fe80::', 10],
    ['ff00::', 8],
    ['64:ff9b::', 96],
  ] as const)
    blocks.addSubnet(network, prefix, 'ipv6');
  return blocks;
}
