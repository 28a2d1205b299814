// The demo's target: a real SSH server with a shell, commands and sftp in a scratch folder. It lets in one key and
// nothing else: the one that the demo put into the vault.

import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { type IPty, spawn as spawnPty } from 'node-pty';
import ssh2, { type Connection, type PseudoTtyInfo, type ServerChannel, type Session } from 'ssh2';
import { serveSftp } from './sftp-server.ts';

export interface TargetServerSettings {
  /** OpenSSH PEM. */
  readonly hostKey: string;
  /** One line, the only key let in. */
  readonly authorizedKey: string;
  readonly login: string;
  /** Where everybody starts. */
  readonly home: string;
  readonly port: number;
}

/** Listens on loopback; answers the port. */
export function startTargetServer(settings: TargetServerSettings): Promise<number> {
  const config = { hostKeys: [settings.hostKey], ident: 'demo-target' };
  const tcp = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    new ssh2.Server(config, (connection) => serve(connection, settings)).injectSocket(socket);
  });
  return new Promise((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(settings.port, '127.0.0.1', () => {
      const address = tcp.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
      else reject(new Error('expected a TCP port, got none'));
    });
  });
}

function serve(connection: Connection, settings: TargetServerSettings): void {
  const allowed = ssh2.utils.parseKey(settings.authorizedKey);
  if (allowed instanceof Error) throw allowed;
  connection.on('error', () => undefined);
  connection.on('authentication', (context) => {
    if (context.method !== 'publickey' || context.username !== settings.login) return context.reject(['publickey']);
    if (!context.key.data.equals(allowed.getPublicSSH())) return context.reject(['publickey']);
    const { signature, blob } = context;
    if (signature === undefined || blob === undefined) return context.accept();
    return allowed.verify(blob, signature, context.hashAlgo) === true ? context.accept() : context.reject();
  });
  connection.on('session', (accept) => serveSession(accept(), settings));
}

function serveSession(session: Session, settings: TargetServerSettings): void {
  let pty: PseudoTtyInfo | undefined;
  let terminal: IPty | undefined;
  let program: ChildProcess | undefined;
  const env: Record<string, string> = environment(settings);
  session.on('env', (accept, _reject, { key, val }) => {
    if (/^(LANG|LC_[A-Z]+)$/.test(key)) env[key] = val;
    if (typeof accept === 'function') accept();
  });
  session.on('pty', (accept, _reject, info) => {
    pty = info;
    accept?.();
  });
  session.on('window-change', (accept, _reject, { cols, rows }) => {
    if (cols > 0 && rows > 0) terminal?.resize(cols, rows);
    accept?.();
  });
  session.on('signal', (accept, _reject, { name }) => {
    terminal?.kill(`SIG${name}`);
    program?.kill(`SIG${name}` as NodeJS.Signals);
    accept?.();
  });
  const run = (channel: ServerChannel, command: string[]): void => {
    if (pty === undefined) program = runPlain(channel, command, env, settings.home);
    else terminal = runInTerminal(channel, command, pty, env, settings.home);
  };
  session.once('shell', (accept) => run(accept(), ['/bin/bash', '--noprofile', '--norc', '-i']));
  session.once('exec', (accept, _reject, { command }) =>
    run(accept(), ['/bin/bash', '--noprofile', '--norc', '-c', command]),
  );
  session.once('sftp', (accept) => serveSftp(accept(), settings.home));
}

function environment({ login, home }: TargetServerSettings): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    USER: login,
    LOGNAME: login,
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    HISTFILE: '/dev/null',
    PS1: `\\[\\e[32m\\]${login}@kaibiao-app\\[\\e[0m\\]:\\w\\$ `,
  };
}

function runInTerminal(
  channel: ServerChannel,
  [file = '', ...args]: string[],
  pty: PseudoTtyInfo & { readonly term?: string },
  env: Record<string, string>,
  cwd: string,
): IPty {
  const terminal = spawnPty(file, args, {
    name: pty.term ?? 'xterm',
    cols: Math.max(2, pty.cols),
    rows: Math.max(2, pty.rows),
    cwd,
    env,
    encoding: null,
  });
  terminal.onData((data) => {
    if (!channel.write(data)) {
      terminal.pause();
      channel.once('drain', () => terminal.resume());
    }
  });
  channel.on('data', (data: Buffer) => terminal.write(data));
  terminal.onExit(({ exitCode, signal }) => finish(channel, exitCode, signal === 0 ? undefined : signal));
  channel.once('close', () => hangUp(() => terminal.kill('SIGHUP')));
  return terminal;
}

function runPlain(
  channel: ServerChannel,
  [file = '', ...args]: string[],
  env: Record<string, string>,
  cwd: string,
): ChildProcess {
  const program = spawn(file, args, { cwd, env, stdio: 'pipe' });
  channel.pipe(program.stdin);
  program.stdin.on('error', () => undefined);
  program.stdout.pipe(channel, { end: false });
  program.stderr.pipe(channel.stderr, { end: false });
  program.once('close', (code, signal) => finish(channel, code ?? 0, signal ?? undefined));
  channel.once('close', () => hangUp(() => program.kill('SIGHUP')));
  return program;
}

function finish(channel: ServerChannel, status: number, signal: string | number | undefined): void {
  if (typeof signal === 'string') channel.exit(signal.replace(/^SIG/, ''), false, '');
  else channel.exit(signal === undefined ? status : 128 + signal);
  channel.end();
  channel.resume();
}

/** The program may have ended in the same moment. */
function hangUp(act: () => void): void {
  try {
    act();
  } catch {
    // Gone already.
  }
}
