// The command line as a process of its own: what it printed, how it ended, and the processes it started.

import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../bastion/cli/main.ts');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves with all of stdout once it satisfies the test. */
  until(satisfied: (stdout: string) => boolean): Promise<string>;
}

export function start(args: readonly string[], main = MAIN): RunningCommand {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LANG: 'C' },
  });
  const said = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
    for (const watcher of [...watchers]) watcher();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...said })));
  return {
    child,
    pid: child.pid ?? 0,
    ended,
    until: (satisfied) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!satisfied(said.stdout)) return;
          watchers.delete(look);
          resolve(said.stdout);
        };
        watchers.add(look);
        void ended.then(() => reject(new Error(`the command ended first: ${JSON.stringify(said)}`)));
        look();
      }),
  };
}

export function command(...args: readonly string[]): Promise<Ended> {
  const { child, ended } = start(args);
  child.stdin?.end();
  return ended;
}

/** The gateway that this controller started. */
export function gatewayOf(controller: number): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = statOf(pid)?.[1];
    if (parent === String(controller) && read(`/proc/${pid}/cmdline`)?.split('\0').includes('gateway'))
      return Number(pid);
  }
  throw new Error(`expected a gateway of process ${controller}, found none`);
}

/** Zombies count as gone: nobody has asked after them yet. */
export function isAlive(pid: number): boolean {
  const state = statOf(String(pid))?.[0];
  return state !== undefined && state !== 'Z';
}

// proc(5): the state is the third field, the parent the fourth; the second may hold anything, in brackets.
function statOf(pid: string): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
