// The process of the gateway. Started by the controller with the link as its file descriptor 3.

import { Socket } from 'node:net';
import { createSystemDisk } from '../../recordings/write/disk.ts';
import { systemClock } from '../../store/core/clock.ts';
import { createLogger } from '../../store/core/logger.ts';
import { runGateway } from '../gateway/gateway.ts';
import { requirePatchedSsh2 } from '../gateway/ssh2/patched.ts';
import { systemResolve } from '../gateway/target/resolve.ts';

const LINK = 3;

export async function runGatewayProcess([leaseMs = '', logFile = '']: readonly string[]): Promise<number> {
  requirePatchedSsh2();
  const logger = createLogger('gateway', 'info', logFile === '' ? undefined : logFile);
  // Ctrl-C and friends go to the controller, which closes sessions in good order; its end is our end.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => undefined);
  await runGateway({
    link: new Socket({ fd: LINK, readable: true, writable: true }),
    clock: systemClock,
    logger,
    disk: createSystemDisk(),
    leaseMs: Number(leaseMs),
    resolve: systemResolve,
  });
  return 0;
}
