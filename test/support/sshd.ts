// A real OpenSSH server as the target: its own folder, key and loopback port. Logs in the user who runs the tests.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

export interface Sshd {
  readonly host: string;
  readonly port: number;
  readonly login: string;
  /** OpenSSH private key that the server lets in. */
  readonly privateKey: string;
  readonly privateKeyFile: string;
  /** `algorithm base64` of the host key. */
  readonly hostKey: string;
  readonly pid: number;
  /** What the server wrote so far: its own word on connections and logins. */
  log(): string;
  stop(): Promise<void>;
}

export interface SshdOptions {
  readonly logLevel?: 'VERBOSE' | 'DEBUG1';
  /** More lines for its configuration. */
  readonly extra?: string;
  /** Its sftp subsystem, where it is not the usual one; null: it has none. */
  readonly sftp?: string | null;
}

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-sshd-'));
  const file = (name: string) => join(folder, name);
  for (const name of ['host', 'login']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file(name)]);
  }
  writeFileSync(file('authorized'), readFileSync(file('login.pub')));
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const port = await freePort();
  const { logLevel = 'VERBOSE', extra = '', sftp = 'internal-sftp' } = options;
  const subsystem = sftp === null ? '' : `Subsystem sftp ${sftp}\n`;
  writeFileSync(file('config'), configuration(port, file, logLevel) + subsystem + extra);
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file('config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const listening = Promise.withResolvers<void>();
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    if (log.includes('Server listening')) listening.resolve();
  });
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  void exited.then(() => listening.reject(new Error(`sshd ended: ${log}`)));
  await listening.promise;
  return {
    host: '127.0.0.1',
    port,
    login: userInfo().username,
    privateKey: readFileSync(file('login'), 'utf8'),
    privateKeyFile: file('login'),
    hostKey: readFileSync(file('host.pub'), 'utf8').trim().split(' ').slice(0, 2).join(' '),
    pid: server.pid ?? 0,
    log: () => log,
    async stop() {
      server.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(port: number, file: (name: string) => string, logLevel: string): string {
  return `
Port ${port}
ListenAddress 127.0.0.1
HostKey ${file('host')}
AuthorizedKeysFile ${file('authorized')}
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
LogLevel ${logLevel}
PrintMotd no
PrintLastLog no
AcceptEnv LANG LC_*
`;
}

/** Whether anything accepts TCP connections there. */
export function accepts(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
