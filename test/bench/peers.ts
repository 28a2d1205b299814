// Who is measured, side by side on loopback, and how the OpenSSH client reaches each: straight, through OpenSSH's own
// ProxyJump, through a jump host that records with tlog (where it is installed), and through Sluice.

import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';
import type { Sshd } from '../support/sshd.ts';
import { descendantsOf, endProcess, processesNaming } from './processes.ts';
import { SluiceUnderTest } from './sluice-under-test.ts';

export interface Peer {
  readonly name: string;
  /** Whether it keeps a recording of what goes through it. */
  readonly records: boolean;
  /** The processes whose memory is its own, at this moment. */
  pids(): readonly number[];
  /** Makes it ready for one more sign-in. */
  prepare(): Promise<void>;
  /** Environment of the client. */
  env(): Record<string, string>;
  /** Whoever may cut is ready to. */
  arm(): Promise<void>;
  /** Ends every live session the way its administrator would; resolves when the act is done. */
  readonly cut?: () => Promise<void>;
  stop(): Promise<void>;
}

export interface Bench {
  /** Scratch space in memory. */
  readonly folder: string;
  readonly target: Sshd;
}

export const sshConfig = ({ folder }: Bench): string => join(folder, 'ssh_config');

const COMMON = `Host *
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
  IdentitiesOnly yes
  HostName 127.0.0.1
`;

export const PEER_NAMES = ['direct', 'jump', 'tlog', 'sluice'] as const;
export type PeerName = (typeof PEER_NAMES)[number];

/** The peers that can be measured here, in the order of the table. */
export async function startPeers(bench: Bench, names: readonly PeerName[]): Promise<Peer[]> {
  let config = COMMON;
  const host = (name: string, options: Record<string, string | number>): void => {
    config += `Host ${name}\n${Object.entries(options)
      .map(([key, value]) => `  ${key} ${value}\n`)
      .join('')}`;
  };
  const { port, login, privateKeyFile } = bench.target;
  const peers: Peer[] = [];
  for (const name of names) {
    if (name === 'direct') {
      host('direct', { Port: port, User: login, IdentityFile: privateKeyFile });
      peers.push({ ...PLAIN, name, pids: () => [] });
    } else if (name === 'jump') {
      const server = await startJump(bench, 'jump', 'AllowTcpForwarding yes');
      host('jump-hop', { Port: server.port, User: login, IdentityFile: privateKeyFile });
      host('jump', { Port: port, User: login, IdentityFile: privateKeyFile, ProxyJump: 'jump-hop' });
      peers.push({ ...PLAIN, name, pids: () => server.descendants(), cut: server.cut, stop: server.stop });
    } else if (name === 'tlog') {
      if (!existsSync('/usr/bin/tlog-rec')) continue;
      // Without it tlog cannot write down who is there, and refuses.
      writeFileSync('/run/utmp', '', { flag: 'a' });
      const server = await startJump(bench, 'tlog', `ForceCommand ${tlogCommand(bench)}`);
      host('tlog', { Port: server.port, User: login, IdentityFile: privateKeyFile });
      peers.push({
        ...PLAIN,
        name,
        records: true,
        pids: () => server.descendants(),
        cut: server.cut,
        stop: server.stop,
      });
    } else {
      const sluice = await SluiceUnderTest.start(bench.folder, bench.target);
      host('sluice', { Port: sluice.port, User: sluice.user, IdentityFile: sluice.keyFile });
      peers.push(sluice);
    }
  }
  writeFileSync(sshConfig(bench), config);
  return peers;
}

const PLAIN = {
  records: false,
  prepare: async () => {},
  arm: async () => {},
  env: () => ({}),
  stop: async () => {},
};

/** What a recording jump host of today does: sshd runs the recorder, the recorder runs ssh. */
function tlogCommand({ folder, target }: Bench): string {
  const file = join(folder, 'tlog-hop');
  const options = `-F /dev/null -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
  const ssh = `ssh ${options} -i ${target.privateKeyFile} -p ${target.port} ${target.login}@127.0.0.1`;
  writeFileSync(
    file,
    `#!/bin/sh
export LANG=C.UTF-8
record() { exec tlog-rec --writer=file --file-path=${folder}/tlog.$$ -- "$@"; }
case "$SSH_ORIGINAL_COMMAND" in
  */sftp-server|internal-sftp) exec ${ssh} -s sftp ;;
esac
if [ -t 0 ]; then record ${ssh} -tt "$SSH_ORIGINAL_COMMAND"; else record ${ssh} -T "$SSH_ORIGINAL_COMMAND"; fi
`,
  );
  chmodSync(file, 0o755);
  return file;
}

interface Jump {
  readonly port: number;
  descendants(): readonly number[];
  cut(): Promise<void>;
  stop(): Promise<void>;
}

async function startJump({ folder, target }: Bench, name: string, extra: string): Promise<Jump> {
  const port = await freePort();
  const file = join(folder, `${name}-sshd.conf`);
  const keys = join(target.privateKeyFile, '..');
  mkdirSync('/run/sshd', { recursive: true });
  writeFileSync(
    file,
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${join(keys, 'host')}
AuthorizedKeysFile ${join(keys, 'authorized')}
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
MaxStartups 2000
MaxSessions 1000
PrintMotd no
PrintLastLog no
Subsystem sftp internal-sftp
${extra}
`,
  );
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (text: Buffer) => text.includes('Server listening') && resolve());
    server.once('exit', () => reject(new Error(`expected ${name} to listen, it ended`)));
  });
  const below = () => descendantsOf(server.pid ?? 0);
  return {
    port,
    descendants: () => [server.pid ?? 0, ...below()],
    async cut() {
      for (const pid of below()) endProcess(pid);
    },
    async stop() {
      for (const pid of below()) endProcess(pid);
      await ended(server);
      // What lost its parent meanwhile: a recorder whose client was killed spins for ever.
      for (const pid of processesNaming(folder)) if (pid !== process.pid) endProcess(pid, 'SIGKILL');
    },
  };
}

async function ended(server: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await exit;
}
