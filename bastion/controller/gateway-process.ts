// Runs the gateway as processes of their own, joined by inherited socket pairs: no path on the disk, nobody else can
// connect. A gateway that dies or falls silent is killed for good and started anew; its port and sessions die with it.

import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { Logger } from '../../store/core/logger.ts';

export interface GatewayProcess {
  /** To the process that listens, then to each of its workers. */
  readonly links: readonly Duplex[];
  /** Of the process that listens. */
  readonly pid: number;
  /** Resolves when the process and its workers have ended. */
  readonly exited: Promise<void>;
  kill(): void;
}

export interface GatewayCommand {
  /** The program's main module. */
  readonly main: string;
  readonly leaseMs: number;
  readonly logFile: string;
  /** Processes that carry connections; with none the one that listens does. */
  readonly workers: number;
}

export function startGatewayProcess(
  { main, leaseMs, logFile, workers }: GatewayCommand,
  logger: Logger,
): GatewayProcess {
  const args = ['--disable-warning=ExperimentalWarning', main, 'gateway', String(leaseMs), logFile, String(workers)];
  const child = spawn(process.execPath, args, {
    // Its link, the lifeline, the links of its workers.
    stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe', ...Array<'pipe'>(workers).fill('pipe')],
    // Its own session: the kernel then gives it its own share of the processor, and Ctrl-C reaches it through us only.
    detached: true,
  });
  const [, , , own, lifeline, ...others] = child.stdio;
  const links = [own, ...others].filter((stream) => stream instanceof Duplex);
  if (!(lifeline instanceof Duplex) || links.length !== 1 + workers || child.pid === undefined) {
    throw new Error('expected sockets to the gateway, got none');
  }
  child.once('exit', (code, signal) => logger.info('gateway.exited', { pid: child.pid, code, signal }));
  return { links, pid: child.pid, exited: closedByAll(lifeline), kill: () => child.kill('SIGKILL') };
}

/** Every process of the gateway holds the other end, and none writes: it ends with the last of them. */
function closedByAll(lifeline: Duplex): Promise<void> {
  return new Promise((resolve) => {
    lifeline.on('error', () => undefined).once('close', () => resolve());
    lifeline.resume();
  });
}
