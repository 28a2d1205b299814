// A target that does what a test says: an SSH server whose programs are functions. For what a real sshd never does.

import type { AddressInfo } from 'node:net';
import ssh2, { type Algorithms, type Connection, type PseudoTtyInfo, type ServerChannel } from 'ssh2';
import { newSshKeyPair } from '../../bastion/cli/ssh-key-pair.ts';
import type { Sshd } from './sshd.ts';

/** By name: the type declarations of ssh2 do not know what our patch adds. */
export type AlgorithmNames = Partial<Record<keyof Algorithms, readonly string[]>>;

export interface ScriptedTarget {
  /** As the fake controller names it to the gateway. */
  readonly place: Pick<Sshd, 'host' | 'port' | 'login' | 'hostKey'>;
  readonly env: Record<string, string>;
  readonly ptys: PseudoTtyInfo[];
  readonly sizes: { readonly rows: number; readonly cols: number }[];
  readonly connections: Set<Connection>;
  stop(): void;
}

/** `program` gets the channel and the command, or `subsystem NAME`; undefined leaves the request without an answer. */
export async function scriptedTarget(
  program: ((channel: ServerChannel, command: string) => void) | undefined,
  algorithms?: AlgorithmNames,
): Promise<ScriptedTarget> {
  const key = newSshKeyPair();
  const seen = {
    env: {} as Record<string, string>,
    ptys: [] as PseudoTtyInfo[],
    sizes: [] as { rows: number; cols: number }[],
    connections: new Set<Connection>(),
  };
  const server = new ssh2.Server(
    { hostKeys: [key.private], ...(algorithms && { algorithms: algorithms as Algorithms }) },
    (connection) => {
      seen.connections.add(connection);
      connection.on('error', () => undefined);
      connection.on('close', () => seen.connections.delete(connection));
      connection.on('authentication', (context) => context.accept());
      connection.on('session', (accept) => {
        const session = accept();
        session.on('env', (taken, _refused, { key: name, val }) => {
          seen.env[name] = val;
          taken?.();
        });
        session.on('pty', (taken, _refused, info) => {
          seen.ptys.push(info);
          taken?.();
        });
        session.on('window-change', (taken, _refused, { rows, cols }) => {
          seen.sizes.push({ rows, cols });
          taken?.();
        });
        if (program === undefined) return void session.on('exec', () => undefined).on('shell', () => undefined);
        session.on('exec', (taken, _refused, { command }) => program(taken(), command));
        session.on('shell', (taken) => program(taken(), ''));
        session.on('subsystem', (taken, _refused, { name }) => program(taken(), `subsystem ${name}`));
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  const hostKey = key.public.trim().split(' ').slice(0, 2).join(' ');
  return {
    ...seen,
    place: { host: '127.0.0.1', port, login: 'root', hostKey },
    stop: () => {
      for (const connection of seen.connections) connection.end();
      server.close();
    },
  };
}
