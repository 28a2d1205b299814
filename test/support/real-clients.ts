// The programs people really use, one for each way in that they have: run to their end, with a password and a code.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { answering, PLAIN, type SshAnswers } from './openssh.ts';

export interface RealUse {
  readonly who: string;
  readonly port: number;
  readonly answers: SshAnswers;
  /** A port behind the target. */
  readonly destination: number;
  /** A name on the target where nothing is; beside it the client keeps its own files. */
  readonly file: string;
}

export interface RealClient {
  readonly name: string;
  /** The name of its way in. */
  readonly way: string;
  readonly line: (use: RealUse) => readonly string[];
  readonly env?: (use: RealUse) => Record<string, string>;
}

const HOST = '127.0.0.1';
const at = ({ who }: RealUse) => `${who}@${HOST}`;
const ssh = (use: RealUse) => ['/usr/bin/ssh', ...PLAIN, '-p', String(use.port)];
const scp = (use: RealUse, ...args: string[]) => ['/usr/bin/scp', ...PLAIN, '-P', String(use.port), ...args];
const rsync = (use: RealUse, ...args: string[]) => ['/usr/bin/rsync', '-e', ssh(use).join(' '), ...args];

function sftp(use: RealUse, batch: string): string[] {
  writeFileSync(`${use.file}.batch`, batch);
  // Batches ask nothing of themselves; said first, this wins.
  const args = ['-oBatchMode=no', '-b', `${use.file}.batch`, ...PLAIN, '-P', String(use.port), at(use)];
  return ['/usr/bin/sftp', ...args];
}

export const REAL_CLIENTS: readonly RealClient[] = [
  { name: 'ssh', way: 'a shell', line: (use) => [...ssh(use), '-T', at(use)] },
  { name: 'ssh -tt', way: 'a shell on a terminal', line: (use) => [...ssh(use), '-tt', at(use)] },
  { name: 'ssh with a command', way: 'a command', line: (use) => [...ssh(use), at(use), 'echo through'] },
  {
    name: 'ssh -tt with a command',
    way: 'a command on a terminal',
    line: (use) => [...ssh(use), '-tt', at(use), 'echo through'],
  },
  { name: 'scp -O up', way: 'scp -O up', line: (use) => scp(use, '-O', '/etc/hostname', `${at(use)}:${use.file}`) },
  {
    name: 'scp -O down',
    way: 'scp -O down',
    line: (use) => scp(use, '-O', `${at(use)}:/etc/hostname`, `${use.file}.here`),
  },
  { name: 'rsync up', way: 'rsync up', line: (use) => rsync(use, '/etc/hostname', `${at(use)}:${use.file}`) },
  { name: 'rsync down', way: 'rsync down', line: (use) => rsync(use, `${at(use)}:/etc/hostname`, `${use.file}.here`) },
  {
    name: 'git',
    way: 'git',
    line: (use) => ['/usr/bin/git', 'ls-remote', `ssh://${at(use)}${use.file}`],
    env: (use) => ({ GIT_SSH_COMMAND: ssh(use).join(' '), GIT_CONFIG_GLOBAL: '/dev/null' }),
  },
  { name: 'sftp', way: 'sftp', line: (use) => sftp(use, 'ls /\n') },
  { name: 'sftp put', way: 'sftp put', line: (use) => sftp(use, `put /etc/hostname ${use.file}\n`) },
  { name: 'scp', way: 'sftp get', line: (use) => scp(use, `${at(use)}:/etc/hostname`, `${use.file}.here`) },
  {
    name: 'ssh -W',
    way: 'a forwarded connection (-L, -W)',
    line: (use) => [...ssh(use), '-v', '-W', `${HOST}:${use.destination}`, at(use)],
  },
  {
    name: 'ssh with an sftp server',
    way: 'an sftp server by a command',
    line: (use) => [...ssh(use), at(use), '/usr/lib/openssh/sftp-server'],
  },
];

/** Everything it said, without input. */
export function use(
  client: RealClient,
  how: RealUse,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const [program = '', ...args] = client.line(how);
  const env = { ...answering(how.answers), LC_ALL: 'C.UTF-8', ...client.env?.(how) };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (bytes: Buffer) => {
    said += bytes.toString('utf8');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}
