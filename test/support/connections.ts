// What the kernel says about TCP connections, whoever holds them.

import { readFileSync } from 'node:fs';

const ESTABLISHED = '01';

/** How many established connections lead to that loopback port. */
export function connectionsTo(port: number): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .filter((line) => {
      const [, , to, state] = line.trim().split(/\s+/);
      return to?.endsWith(remote) === true && state === ESTABLISHED;
    }).length;
}
