// OpenSSH's clients as the bench uses them: started, watched, and always ended.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpus } from 'node:os';
import type { Peer } from './peers.ts';

export interface Ways {
  /** The ssh_config with one alias per peer. */
  readonly config: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  end(): Promise<void>;
}

export function ssh(ways: Ways, peer: Peer, args: readonly string[], stdio: ('pipe' | 'ignore')[]): Started {
  return start(peer, 'ssh', ['-F', ways.config, ...args.slice(0, -1), peer.name, args.at(-1) ?? ''], stdio);
}

export function sftp(ways: Ways, peer: Peer, batch: string): Started {
  return start(
    peer,
    'sftp',
    ['-oBatchMode=no', '-q', '-F', ways.config, '-b', batch, peer.name],
    ['ignore', 'ignore', 'ignore'],
  );
}

function start(peer: Peer, program: string, args: readonly string[], stdio: ('pipe' | 'ignore')[]): Started {
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', ...peer.env() };
  const child = spawn(program, args, { env, stdio });
  const exit = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    child,
    exit,
    async end() {
      child.kill('SIGTERM');
      await exit;
    },
  };
}

/** Rejects unless it ends with status 0 within that time. */
export async function finished({ child, exit }: Started, milliseconds: number): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const code = await exit;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`expected status 0, got ${code}: ${child.spawnargs.join(' ')}`);
}

/** Resolves when the output has shown that text. */
export function shown({ child, exit }: Started, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const look = (chunk: Buffer) => {
      seen += chunk.toString('latin1');
      if (!seen.includes(text)) return;
      child.stdout?.off('data', look);
      resolve();
    };
    child.stdout?.on('data', look);
    void exit.then((code) => reject(new Error(`expected ${text}, ended with ${code}: ${seen.slice(-200)}`)));
  });
}

/**
 * Busy loops, one per processor: a virtual processor that halts between keys wakes up too late to measure. Of the idle
 * class, and in a session of their own with the least share: the class counts only among those of one scheduler group.
 */
export async function keptAwake<T>(act: () => Promise<T>): Promise<T> {
  const loop = (cpu: number) => `echo 19 > /proc/self/autogroup; taskset -pc ${cpu} $$ >/dev/null; while :; do :; done`;
  const loops = cpus().map((_, cpu) =>
    spawn('chrt', ['-i', '0', 'sh', '-c', loop(cpu)], { stdio: 'ignore', detached: true }),
  );
  try {
    return await act();
  } finally {
    for (const loop of loops) loop.kill('SIGKILL');
  }
}

export const command = (program: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) =>
    execFile(program, args, (error, stdout) => (error === null ? resolve(stdout) : reject(error))),
  );
