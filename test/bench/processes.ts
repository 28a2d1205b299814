// What the kernel says of processes: who descends from whom, and how much memory is theirs.

import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Every process below that one. */
export function descendantsOf(root: number): number[] {
  const children = read(`/proc/${root}/task/${root}/children`)
    .split(' ')
    .filter((text) => text.trim() !== '');
  return children.flatMap((text) => [Number(text), ...descendantsOf(Number(text))]);
}

/** Bytes: what is shared is divided among those who share it. */
export function proportionalMemory(pids: readonly number[]): number {
  return (
    pids.reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0), 0) *
    1024
  );
}

/** Every process with that text in its command line. */
export function processesNaming(text: string): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => read(`/proc/${pid}/cmdline`).includes(text));
}

/** Seconds of processor time that those have used, user and system, with their children that have ended. */
export function processorTime(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    const stat = read(`/proc/${pid}/stat`);
    // proc(5): the second field may hold anything, in brackets; utime, stime, cutime and cstime are 14 to 17.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  });
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND;
}

export function endProcess(pid: number, signal: NodeJS.Signals = 'SIGTERM'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

// A process may be gone between being listed and being read.
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
