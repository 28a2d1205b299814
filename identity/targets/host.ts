// Where a target may be. Loopback, link-local and other addresses that mean "this machine" or "everybody" are refused
// (B10): nobody shall reach the bastion's own database through the bastion. A name that resolves to such an address is
// caught where it is dialled.

import { isIP } from 'node:net';
import { canonicalAddress, isForbiddenTarget } from '../../store/core/address.ts';
import { defineRefusal } from '../../store/core/refusal.ts';

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
    const address = canonicalAddress(host);
    if (!allowLoopback && isForbiddenTarget(address)) throw hostRefused();
    return address;
  }
  const labels = host.split('.');
  // `127.1`, `0x7f000001` and `2130706433` are addresses to the resolver: no name ends in a number.
  const numeric = /^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '');
  if (host.length > 253 || numeric || !labels.every((label) => LABEL.test(label))) throw hostInvalid();
  if (!allowLoopback && labels.at(-1) === 'localhost') throw hostRefused();
  return host;
}
