// The processes of the gateway. `gateway` is started by the controller with its link as descriptor 3, the lifeline as 4,
// and one link for each worker from 5 on; it starts the workers itself, because only a parent can hand sockets down.
// `gateway-worker` has its link as descriptor 3; the channel to its parent and the lifeline follow.

import { Socket } from 'node:net';
import { createSystemDisk } from '../../recordings/write/disk.ts';
import { systemClock } from '../../store/core/clock.ts';
import { createLogger, type Logger } from '../../store/core/logger.ts';
import { type GatewayParts, runGateway } from '../gateway/gateway.ts';
import { requirePatchedSsh2 } from '../gateway/ssh2/patched.ts';
import { systemResolve } from '../gateway/target/resolve.ts';
import { serveAsWorker } from '../gateway/workers/worker.ts';
import { WorkerPool } from '../gateway/workers/worker-pool.ts';

/** Room for what lives for a moment only. More is no faster, and every idle session costs more (../gateway/workers/README.md). */
const YOUNG_MIB = 8;

const LINK = 3;
const LIFELINE = 4;
/** How long workers may take to close their sessions once the controller is gone. */
const CLOSING_MS = 5000;

export async function runGatewayProcess([
  leaseMs = '',
  logFile = '',
  workers = '0',
]: readonly string[]): Promise<number> {
  const parts = partsOf('gateway', leaseMs, logFile);
  const links = Array.from({ length: Number(workers) }, (_, nth) => LIFELINE + 1 + nth);
  if (links.length === 0) {
    await runGateway(parts);
    return 0;
  }
  const main = process.argv[1] ?? '';
  const pool = new WorkerPool({
    args: [
      `--max-semi-space-size=${YOUNG_MIB}`,
      '--disable-warning=ExperimentalWarning',
      main,
      'gateway-worker',
      leaseMs,
      logFile,
    ],
    links,
    lifeline: LIFELINE,
    logger: parts.logger,
  });
  void pool.lost.then(() => parts.link.destroy());
  await runGateway({ ...parts, workers: pool });
  // Each closes its sessions in good order, as its own link ends with ours; a disconnected parent would hurry them.
  await Promise.race([pool.ended, new Promise((resolve) => parts.clock.after(CLOSING_MS, () => resolve(undefined)))]);
  process.exit(0);
}

export async function runGatewayWorker([leaseMs = '', logFile = '']: readonly string[]): Promise<number> {
  const parts = partsOf('worker', leaseMs, logFile);
  // Without its parent no connection comes any more, and the port is closed.
  process.once('disconnect', () => parts.link.destroy());
  await runGateway({ ...parts, serve: (own) => serveAsWorker(own, parts.clock) });
  process.exit(0);
}

function partsOf(name: string, leaseMs: string, logFile: string): GatewayParts & { readonly logger: Logger } {
  requirePatchedSsh2();
  // Ctrl-C and friends go to the controller, which closes sessions in good order; its end is our end.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => undefined);
  return {
    link: new Socket({ fd: LINK, readable: true, writable: true }),
    clock: systemClock,
    logger: createLogger(name, 'info', logFile === '' ? undefined : logFile),
    disk: createSystemDisk(),
    leaseMs: Number(leaseMs),
    resolve: systemResolve,
  };
}
