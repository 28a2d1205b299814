// From a target's host to the addresses it is dialled at. A name is looked up once, every address that came is judged,
// and only these are connected to: a name that changes its mind in between leads nowhere else (DNS rebinding, B10).

import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { canonicalAddress, isForbiddenTarget } from '../../../store/core/address.ts';

/** The addresses of a name, as text. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export const systemResolve: Resolve = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
  readonly address: string;

  constructor(host: string, address: string) {
    super(`expected ${host} elsewhere than on this machine or link, got ${address}`);
    this.address = address;
  }
}

/** Rejects with ForbiddenAddress when any address is one that no target may have. */
export async function targetAddresses(
  host: string,
  { resolve, allowLoopback }: { readonly resolve: Resolve; readonly allowLoopback: boolean },
): Promise<readonly string[]> {
  const found = isIP(host) === 0 ? await resolve(host) : [host];
  if (found.length === 0) throw new Error(`expected an address of ${host}, got none`);
  const forbidden = found.map(canonicalAddress).find((address) => isForbiddenTarget(address));
  if (forbidden !== undefined && !allowLoopback) throw new ForbiddenAddress(host, forbidden);
  return found;
}

/** For `net.connect`: answers what was judged, whatever name it is asked for. */
export function answering(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_name, options, done) => {
    if (options.all === true) done(null, all);
    else done(null, all[0]?.address ?? '', all[0]?.family ?? 4);
  };
}
