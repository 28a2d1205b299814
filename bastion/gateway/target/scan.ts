// Asks a host for its key and hangs up before anything of ours is sent: what the administrator compares and pins.

import { connect as connectTcp } from 'node:net';
import { Client } from 'ssh2';
import { defineRefusal } from '../../../store/core/refusal.ts';
import { ALGORITHMS, ALL_HOST_KEY_TYPES, hostKeyAlgorithms } from '../algorithms.ts';
import { formatHostKey } from './host-key.ts';

const notReached = defineRefusal<{ host: string; port: number }>(
  'target.not-reached',
  'unavailable',
  ({ host, port }) => ({
    zh: `没有从 ${host} 端口 ${port} 取到 SSH 主机密钥,请核对地址与端口`,
    en: `no SSH host key came from ${host} port ${port}; check the address and the port`,
  }),
);

const SCAN_MS = 10_000;

/** The host key as `algorithm base64`. */
export function scanHostKey(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, noDelay: true });
    const client = new Client();
    client.on('error', () => reject(notReached({ host, port })));
    client.on('close', () => reject(notReached({ host, port })));
    client.connect({
      sock: socket,
      username: 'scan',
      readyTimeout: SCAN_MS,
      algorithms: { ...ALGORITHMS, serverHostKey: ALL_HOST_KEY_TYPES.flatMap(hostKeyAlgorithms) },
      hostVerifier: (key: Buffer) => {
        resolve(formatHostKey(key));
        socket.destroy();
        return false;
      },
    });
  });
}
