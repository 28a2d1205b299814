// Asks a host for its key and hangs up before anything of ours is sent: what the administrator compares and pins.

import { connect as connectTcp, type Socket } from 'node:net';
import { Client } from 'ssh2';
import type { Clock } from '../../../store/core/clock.ts';
import { defineRefusal } from '../../../store/core/refusal.ts';
import { ALL_HOST_KEY_TYPES, hostKeyAlgorithms, TARGET_ALGORITHMS } from '../algorithms.ts';
import { formatHostKey } from './host-key.ts';
import { answering, ForbiddenAddress, type Resolve, targetAddresses } from './resolve.ts';

interface Place {
  readonly host: string;
  readonly port: number;
}

const notReached = defineRefusal<Place>('target.not-reached', 'unavailable', ({ host, port }) => ({
  zh: `没有从 ${host} 端口 ${port} 取到 SSH 主机密钥，请核对地址与端口`,
  en: `no SSH host key came from ${host} port ${port}; check the address and the port`,
}));

const notATarget = defineRefusal<{ host: string; address: string }>(
  'target.host-refused',
  'invalid',
  ({ host, address }) => ({
    zh: `${host} 指向 ${address}，是本机、链路本地或组播地址`,
    en: `${host} leads to ${address}, a loopback, link-local or multicast address`,
  }),
);

/** From looking the name up to the key, in milliseconds. */
const SCAN_MS = 10_000;

export interface ScanParts {
  readonly resolve: Resolve;
  readonly allowLoopback: boolean;
  readonly clock: Clock;
}

/** The host key as `algorithm base64`. Rejects with a Refusal, in any case after ten seconds. */
export async function scanHostKey(place: Place, parts: ScanParts): Promise<string> {
  const late = Promise.withResolvers<never>();
  let socket: Socket | undefined;
  const cancel = parts.clock.after(SCAN_MS, () => late.reject(notReached(place)));
  try {
    const addresses = await Promise.race([addressesOf(place, parts), late.promise]);
    socket = connectTcp({ ...place, noDelay: true, lookup: answering(addresses) });
    return await Promise.race([hostKeyOf(socket, place), late.promise]);
  } finally {
    cancel();
    socket?.destroy();
  }
}

function addressesOf(place: Place, parts: ScanParts): Promise<readonly string[]> {
  return targetAddresses(place.host, parts).catch((error: unknown) => {
    if (error instanceof ForbiddenAddress) throw notATarget({ host: place.host, address: error.address });
    throw notReached(place);
  });
}

function hostKeyOf(socket: Socket, place: Place): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.on('error', () => reject(notReached(place)));
    client.on('close', () => reject(notReached(place)));
    client.connect({
      sock: socket,
      username: 'scan',
      readyTimeout: 0,
      algorithms: { ...TARGET_ALGORITHMS, serverHostKey: ALL_HOST_KEY_TYPES.flatMap(hostKeyAlgorithms) },
      hostVerifier: (key: Buffer) => {
        resolve(formatHostKey(key));
        return false;
      },
    });
  });
}
