// One function per figure. Each measures one peer once and answers plain numbers.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { finished, keptAwake, type Started, sftp, shown, ssh } from './client.ts';
import { Crowd } from './crowd.ts';
import { type Bench, type Peer, sshConfig } from './peers.ts';
import { processorTime, proportionalMemory } from './processes.ts';
import { median, percentile } from './statistics.ts';

export type Figures = Readonly<Record<string, number>>;

const MIB = 1024 * 1024;
const SECOND = 1000;

/** Milliseconds for `ssh host true`, one after the other. */
export async function connect(bench: Bench, peer: Peer, times = 10): Promise<Figures> {
  const taken: number[] = [];
  for (let n = 0; n < times; n += 1) {
    await peer.prepare();
    const from = performance.now();
    await finished(
      ssh({ config: sshConfig(bench) }, peer, ['-T', 'true'], ['ignore', 'ignore', 'ignore']),
      30 * SECOND,
    );
    taken.push(performance.now() - from);
  }
  return { 'connect, ms': median(taken) };
}

/** Milliseconds from a key to its echo on a terminal, while `load` runs. */
async function echo(bench: Bench, peer: Peer, label: string, keys: number): Promise<Figures> {
  const session = ssh(
    { config: sshConfig(bench) },
    peer,
    ['-tt', 'printf READY; exec cat'],
    ['pipe', 'pipe', 'ignore'],
  );
  try {
    await shown(session, 'READY');
    await pause(500);
    const taken = await keptAwake(() => typeKeys(session, keys));
    return {
      [`${label} p50, ms`]: median(taken),
      [`${label} p99, ms`]: percentile(taken, 0.99),
    };
  } finally {
    await session.end();
  }
}

async function typeKeys({ child }: Started, keys: number): Promise<number[]> {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('expected pipes to the client');
  const taken: number[] = [];
  stdout.resume();
  for (let n = 0; n < keys; n += 1) {
    const key = String.fromCharCode(97 + (n % 26));
    if (n % 60 === 59) {
      stdin.write('\n');
      await pause(30);
    }
    const from = performance.now();
    const echoed = new Promise<void>((resolve) => {
      const look = (chunk: Buffer) => {
        if (!chunk.includes(key)) return;
        stdout.off('data', look);
        resolve();
      };
      stdout.on('data', look);
    });
    stdin.write(key);
    await echoed;
    taken.push(performance.now() - from);
    await pause(1 + (n % 4));
  }
  return taken;
}

export const echoIdle = (bench: Bench, peer: Peer): Promise<Figures> => echo(bench, peer, 'echo, idle', 1000);

/** The same while another session downloads without end. */
export async function echoUnderBulk(bench: Bench, peer: Peer): Promise<Figures> {
  const bulk = ssh(
    { config: sshConfig(bench) },
    peer,
    ['-T', 'head -c 100000000000 /dev/zero'],
    ['ignore', 'ignore', 'ignore'],
  );
  try {
    await pause(2 * SECOND);
    await peer.prepare();
    return await echo(bench, peer, 'echo, one download', 1000);
  } finally {
    await bulk.end();
  }
}

/** The same while a hundred sessions each print 1 KiB a second. */
export async function echoUnderChatter(bench: Bench, peer: Peer): Promise<Figures> {
  const talk = 'printf R; while :; do head -c 1024 /dev/zero | tr "\\0" "x"; sleep 1; done';
  const crowd = await Crowd.gather(bench, peer, 100, talk);
  try {
    await peer.prepare();
    return await echo(bench, peer, 'echo, 100 talking', 500);
  } finally {
    await crowd.leave();
  }
}

/** MiB/s through a plain command, down and up. */
export async function exec(bench: Bench, peer: Peer, mib = 512): Promise<Figures> {
  const ways = { config: sshConfig(bench) };
  const down = await seconds(() =>
    finished(ssh(ways, peer, ['-T', `head -c ${mib * MIB} /dev/zero`], ['ignore', 'ignore', 'ignore']), 120 * SECOND),
  );
  await peer.prepare();
  const up = await seconds(async () => {
    const run = ssh(ways, peer, ['-T', 'cat >/dev/null'], ['pipe', 'ignore', 'ignore']);
    const piece = Buffer.alloc(MIB);
    for (let n = 0; n < mib; n += 1) if (run.child.stdin?.write(piece) === false) await once(run.child.stdin, 'drain');
    run.child.stdin?.end();
    await finished(run, 120 * SECOND);
  });
  return { 'exec down, MiB/s': mib / down, 'exec up, MiB/s': mib / up };
}

/** MiB/s of one large file by sftp, down and up. */
export async function files(bench: Bench, peer: Peer, mib = 1024): Promise<Figures> {
  const large = join(bench.folder, 'large');
  if (!existsSync(large)) writeRandom(large, mib);
  const copy = join(bench.folder, 'copy');
  const batch = join(bench.folder, 'batch');
  const timed = async (line: string): Promise<number> => {
    writeFileSync(batch, `${line}\n`);
    const taken = await seconds(() => finished(sftp({ config: sshConfig(bench) }, peer, batch), 180 * SECOND));
    rmSync(copy, { force: true });
    return taken;
  };
  const before = processorTime(peer.pids());
  const down = await timed(`get ${large} ${copy}`);
  await peer.prepare();
  const up = await timed(`put ${large} ${copy}`);
  const processor = (processorTime(peer.pids()) - before) / ((2 * mib) / 1024);
  return { 'sftp down, MiB/s': mib / down, 'sftp up, MiB/s': mib / up, 'sftp, bastion CPU s/GiB': processor };
}

/** MiB/s of a log printed on a remote terminal. */
export async function flood(bench: Bench, peer: Peer, mib = 200): Promise<Figures> {
  const log = join(bench.folder, 'log');
  if (!existsSync(log)) writeLog(log, mib);
  const taken = await seconds(async () => {
    const run = ssh({ config: sshConfig(bench) }, peer, ['-tt', `cat ${log}`], ['ignore', 'pipe', 'ignore']);
    run.child.stdout?.resume();
    await finished(run, 120 * SECOND);
  });
  return { 'terminal flood, MiB/s': mib / taken };
}

/** Memory of the bastion for each open and silent session. */
export async function idle(bench: Bench, peer: Peer, counts: readonly number[] = [50, 200, 500]): Promise<Figures> {
  const before = proportionalMemory(peer.pids());
  const figures: Record<string, number> = {};
  for (const count of counts) {
    const crowd = await Crowd.gather(bench, peer, count, 'printf R; exec cat');
    await pause(2 * SECOND);
    figures[`memory at ${count}, MiB each`] = (proportionalMemory(peer.pids()) - before) / MIB / count;
    await crowd.leave();
  }
  return figures;
}

/** Milliseconds from the act that cuts a hundred sessions until the half and the last client are gone. */
export async function cut(bench: Bench, peer: Peer): Promise<Figures> {
  if (peer.cut === undefined) return {};
  const crowd = await Crowd.gather(bench, peer, 100, 'printf R; exec cat');
  await peer.arm();
  const from = performance.now();
  const acted = peer.cut();
  const gone = (await crowd.gone()).map((at) => at - from).sort((a, b) => a - b);
  await acted;
  return { 'cut 100, half gone, ms': percentile(gone, 0.5), 'cut 100, all gone, ms': percentile(gone, 1) };
}

async function seconds(act: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await act();
  return (performance.now() - from) / SECOND;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function writeRandom(file: string, mib: number): void {
  const out = openSync(file, 'w');
  for (let n = 0; n < mib; n += 1) writeSync(out, randomBytes(MIB));
  closeSync(out);
}

function writeLog(file: string, mib: number): void {
  const line = (n: number) => `2026-03-12T20:15:${String(n % 60).padStart(2, '0')} INFO 标段 ${n} 开标完成 status=ok\n`;
  const piece = Buffer.from(Array.from({ length: 20_000 }, (_, n) => line(n)).join('')).subarray(0, MIB);
  const out = openSync(file, 'w');
  for (let n = 0; n < mib; n += 1) writeSync(out, piece);
  closeSync(out);
}
