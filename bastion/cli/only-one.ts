// Two controllers on one data folder would each hand out what the other has revoked. A file names the process that
// serves; a stale one (that process is gone, or its number was given to another) is taken over.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { DataFolder } from './data-folder.ts';

const MARK = 'serving.pid';

const alreadyServed = defineRefusal<{ pid: string }>('data.in-use', 'conflict', ({ pid }) => ({
  zh: `这个数据目录正由进程 ${pid} 使用，请先停止它`,
  en: `process ${pid} is serving this data folder; stop it first`,
}));

/** Whether a running process serves that folder. */
export function isServed(path: string): boolean {
  const [pid = '', start = ''] = read(join(path, MARK))?.split(' ') ?? [];
  return start !== '' && startOf(pid) === start;
}

/** Answers the function that gives the folder free again. */
export function claim(folder: Pick<DataFolder, 'path'>): () => void {
  const file = join(folder.path, MARK);
  const me = `${process.pid} ${startOf(String(process.pid))}`;
  const holder = read(file);
  if (holder !== undefined) {
    const [pid = '', start = ''] = holder.split(' ');
    if (start !== '' && startOf(pid) === start) throw alreadyServed({ pid });
    rmSync(file, { force: true });
  }
  try {
    writeFileSync(file, me, { mode: 0o600, flag: 'wx' });
  } catch {
    throw alreadyServed({ pid: read(file)?.split(' ')[0] ?? '?' });
  }
  return () => {
    if (read(file) === me) rmSync(file, { force: true });
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** When the process started, in the kernel's clock ticks (proc(5), field 22); empty when there is none. */
function startOf(pid: string): string {
  if (!/^\d+$/.test(pid)) return '';
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
