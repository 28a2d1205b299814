// Runs the gateway as a process of its own, joined by an inherited socket pair: no path on the disk, nobody else can
// connect. A gateway that dies or falls silent is killed for good and started anew; its port and sessions die with it.

import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { Logger } from '../../store/core/logger.ts';

export interface GatewayProcess {
  readonly link: Duplex;
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly exited: Promise<void>;
  kill(): void;
}

export function startGatewayProcess(main: string, leaseMs: number, logFile: string, logger: Logger): GatewayProcess {
  const args = ['--disable-warning=ExperimentalWarning', main, 'gateway', String(leaseMs), logFile];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    // Its own session: the kernel then gives it its own share of the processor, and Ctrl-C reaches it through us only.
    detached: true,
  });
  const link = child.stdio[3];
  if (!(link instanceof Duplex) || child.pid === undefined)
    throw new Error('expected a socket to the gateway, got none');
  const exited = new Promise<void>((resolve) =>
    child.once('exit', (code, signal) => {
      logger.info('gateway.exited', { pid: child.pid, code, signal });
      resolve();
    }),
  );
  return { link, pid: child.pid, exited, kill: () => child.kill('SIGKILL') };
}
