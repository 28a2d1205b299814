// A private PostgreSQL server for one test file: its own folder, its own loopback port, removed afterwards.
// As root it runs under an unprivileged user, since PostgreSQL refuses to run as root.

import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';

export interface PostgresServer {
  /** Creates an empty database and answers its connection URL. */
  freshDatabase(): Promise<string>;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-pg-'));
  const user = process.getuid?.() === 0 ? ownerOf(folder) : {};
  const data = join(folder, 'data');
  execFileSync(binary('initdb'), ['-D', data, '-U', 'sluice', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C'], {
    ...user,
    cwd: folder,
    stdio: 'pipe',
  });
  const port = await freePort();
  const settings = ['-c', `unix_socket_directories=${folder}`, '-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1'];
  const server = spawn(binary('postgres'), ['-D', data, '-p', String(port), ...settings], {
    ...user,
    cwd: folder,
    stdio: 'ignore',
  });
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const base = `postgresql://sluice@127.0.0.1:${port}`;
  await untilAccepting(`${base}/postgres`, server);
  let made = 0;
  return {
    async freshDatabase() {
      made += 1;
      await query(`${base}/postgres`, `create database t${made}`);
      return `${base}/t${made}`;
    },
    async stop() {
      server.kill('SIGINT');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function binary(name: string): string {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const candidates = [
    ...versions.map((version) => `/usr/lib/postgresql/${version}/bin/${name}`),
    ...(process.env.PATH ?? '').split(':').map((folder) => join(folder, name)),
  ];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) throw new Error(`expected PostgreSQL's ${name} on this machine, found none`);
  return found;
}

const NOBODY = 65534;

function ownerOf(folder: string): { uid: number; gid: number } {
  chownSync(folder, NOBODY, NOBODY);
  return { uid: NOBODY, gid: NOBODY };
}

async function untilAccepting(url: string, server: { readonly exitCode: number | null }): Promise<void> {
  for (;;) {
    if (server.exitCode !== null)
      throw new Error(`postgres ended with ${server.exitCode} before it accepted connections`);
    try {
      await query(url, 'select 1');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end().catch(() => undefined);
  }
}
