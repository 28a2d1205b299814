// Starts the demo's target as a process of its own, and remembers its port, keys and scratch folder between starts.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { defineRefusal } from '../../store/core/refusal.ts';
import { newSshKeyPair } from '../cli/ssh-key-pair.ts';
import { TARGET_LOGIN } from './cast.ts';
import type { TargetServerSettings } from './target-server.ts';

interface Remembered {
  readonly port: number;
  readonly hostKey: string;
  readonly hostPublicKey: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly home: string;
}

export interface TargetProcess {
  readonly host: string;
  readonly port: number;
  /** `algorithm base64` of the host key. */
  readonly hostKey: string;
  /** The one key it lets in. */
  readonly privateKey: string;
  stop(): Promise<void>;
}

const notStarted = defineRefusal<{ port: number }>('demo.target', 'unavailable', ({ port }) => ({
  zh: `演示资产没有启动，它的端口 ${port} 可能被占用；换一个 --data 目录即可重新开始`,
  en: `the demo target did not start; its port ${port} may be taken. Another --data folder starts afresh`,
}));

/** `main`: the command line's entry file. `file`: where it remembers. */
export async function startTargetProcess(main: string, file: string): Promise<TargetProcess> {
  const remembered = existsSync(file) ? read(file) : create();
  mkdirSync(remembered.home, { recursive: true });
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'demo-target'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const settings: TargetServerSettings = {
    hostKey: remembered.hostKey,
    authorizedKey: remembered.publicKey,
    login: TARGET_LOGIN,
    home: remembered.home,
    port: remembered.port,
  };
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  const port = await portOf(child, remembered.port);
  writeFileSync(file, JSON.stringify({ ...remembered, port }), { mode: 0o600 });
  const [algorithm = '', blob = ''] = remembered.hostPublicKey.split(' ');
  return {
    host: '127.0.0.1',
    port,
    hostKey: `${algorithm} ${blob}`,
    privateKey: remembered.privateKey,
    stop: () => stop(child),
  };
}

function read(file: string): Remembered {
  return JSON.parse(readFileSync(file, 'utf8'));
}

// The scratch folder lies outside the data folder, which nobody but its owner may enter.
function create(): Remembered {
  const host = newSshKeyPair();
  const login = newSshKeyPair();
  return {
    port: 0,
    hostKey: host.private,
    hostPublicKey: host.public,
    privateKey: login.private,
    publicKey: login.public,
    home: mkdtempSync(join(tmpdir(), 'sluice-demo-target-')),
  };
}

async function portOf(child: ChildProcess, wanted: number): Promise<number> {
  const { stdout } = child;
  if (stdout === null) throw new Error('expected the demo target to have an output');
  const lines = createInterface({ input: stdout });
  const line = await new Promise<string | undefined>((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(undefined));
  });
  if (line === undefined) throw notStarted({ port: wanted });
  const said: { port: number } = JSON.parse(line);
  return said.port;
}

function stop(child: ChildProcess): Promise<void> {
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  child.stdin?.end();
  return exited;
}
