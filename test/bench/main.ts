// `npm run bench`: Sluice beside OpenSSH alone, OpenSSH with ProxyJump and a recording jump host, in one run on one
// machine. The machine's speed drifts, so only ratios inside one run mean anything: each round measures every peer.
//
//   npm run bench -- [--peers direct,jump,tlog,sluice] [--tests connect,echo,…] [--rounds 3]
//   npm run bench -- records [--tests search]      figures of records instead, without peers

import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { startSshd } from '../support/sshd.ts';
import * as measure from './measure.ts';
import { type Bench, PEER_NAMES, type Peer, type PeerName, startPeers } from './peers.ts';
import { benchRecords } from './records.ts';
import { table } from './table.ts';

type Test = (bench: Bench, peer: Peer) => Promise<measure.Figures>;

const TESTS: Readonly<Record<string, Test>> = {
  connect: measure.connect,
  echo: measure.echoIdle,
  'echo-bulk': measure.echoUnderBulk,
  'echo-chatter': measure.echoUnderChatter,
  files: measure.files,
  exec: measure.exec,
  flood: measure.flood,
  idle: measure.idle,
  cut: measure.cut,
};
/** Once is enough: memory does not drift, and five hundred clients take their time. */
const ONCE = new Set(['idle']);

if (process.argv[2] === 'records') {
  await benchRecords(process.argv.slice(3));
  process.exit(0);
}
const { values } = parseArgs({
  options: { peers: { type: 'string' }, tests: { type: 'string' }, rounds: { type: 'string', default: '3' } },
});
const names = chosen(values.peers, PEER_NAMES) as PeerName[];
const tests = chosen(values.tests, Object.keys(TESTS));
const rounds = Number(values.rounds);

const folder = mkdtempSync('/dev/shm/sluice-bench-');
const target = await startSshd({ extra: 'MaxStartups 2000\nMaxSessions 1000\n' });
const bench: Bench = { folder, target };
const results = new Map<string, Map<string, number[]>>();
let peers: Peer[] = [];
try {
  peers = await startPeers(bench, names);
  for (const test of tests) {
    for (let round = 0; round < (ONCE.has(test) ? 1 : rounds); round += 1) {
      for (const peer of peers) await run(test, round, peer);
    }
  }
} finally {
  for (const peer of peers) await peer.stop();
  await target.stop();
  rmSync(folder, { recursive: true, force: true });
}
const [cpu] = cpus();
const memory = Math.round(totalmem() / 1024 ** 3);
console.log(`${cpus().length} × ${cpu?.model.trim()}, ${memory} GiB, Linux ${release()}, Node ${process.version}\n`);
console.log(
  table(
    results,
    peers.map(({ name }) => name),
  ),
);
process.exit(0);

async function run(test: string, round: number, peer: Peer): Promise<void> {
  process.stderr.write(`${test} ${round + 1} ${peer.name}: `);
  try {
    await peer.prepare();
    const figures = (await TESTS[test]?.(bench, peer)) ?? {};
    for (const [figure, value] of Object.entries(figures)) {
      const row = results.get(figure) ?? new Map<string, number[]>();
      results.set(figure, row.set(peer.name, [...(row.get(peer.name) ?? []), value]));
    }
    process.stderr.write(`${JSON.stringify(figures)}\n`);
  } catch (error) {
    process.stderr.write(`failed: ${error instanceof Error ? error.message : error}\n`);
  }
}

function chosen(text: string | undefined, all: readonly string[]): string[] {
  const wanted = text?.split(',') ?? [...all];
  const unknown = wanted.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`expected some of ${all.join(', ')}, got ${unknown}`);
  return wanted;
}
