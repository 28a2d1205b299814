// How fast recordings and the evidence log are verified: bytes of the files that are read and hashed.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEvidenceLog } from '../../audit/append.ts';
import { openEvidenceFolder } from '../../audit/evidence-folder.ts';
import { openEvidencePublisher } from '../../audit/publisher.ts';
import { createLogSigner } from '../../audit/signed-note.ts';
import { verifyLog } from '../../audit/verify-log.ts';
import { verifyTrack } from '../../recordings/verify/verify-track.ts';
import { systemClock } from '../../store/core/clock.ts';
import { newId } from '../../store/core/ids.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { openDatabase } from '../../store/database.ts';
import { FINISHED, stage } from '../recordings/support.ts';
import { percentile } from './statistics.ts';

const ROUNDS = 5;
const LEAVES = 200_000;
const PER_TRANSACTION = 1000;

export async function verifying(mebibytes: number): Promise<Readonly<Record<string, number>>> {
  const root = mkdtempSync(join(tmpdir(), 'sluice-bench-verify-'));
  try {
    return { ...(await ofRecording(root, mebibytes)), ...(await ofLog(root)) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Random output: what compresses would be fewer bytes to verify. */
async function ofRecording(root: string, mebibytes: number): Promise<Record<string, number>> {
  const { open, directory } = stage(join(root, 'recordings'));
  const recording = await open({ stallAfterMs: 10 ** 9 });
  for (let written = 0; written < mebibytes; written += 1) await recording.output(randomBytes(1024 * 1024));
  await recording.seal(FINISHED);
  const file = join(directory, 'screen.track');
  const { size } = statSync(file);
  const speeds = await repeated(size, async () => {
    const verdict = await verifyTrack(file);
    if (!verdict.ok) throw new Error('expected a whole track');
  });
  return { 'track, MiB': size / 1024 ** 2, 'track verified, median MB/s': percentile(speeds, 0.5) };
}

async function ofLog(root: string): Promise<Record<string, number>> {
  const directory = join(root, 'evidence');
  const database = await openDatabase({ kind: 'sqlite', file: join(root, 'log.db') });
  const { append } = createEvidenceLog({ clock: systemClock, origin: 'bench' });
  const signer = createLogSigner('bench', generateKeyPairSync('ed25519').privateKey);
  for (let leaves = 0; leaves < LEAVES; leaves += PER_TRANSACTION) {
    await database.transaction(async (tx) => {
      for (let nth = 0; nth < PER_TRANSACTION; nth += 1) {
        const details = { ticket: newId('tkt'), contentHash: randomBytes(32).toString('hex') };
        const actor = { kind: 'account', id: newId('acc'), name: 'engineer' } as const;
        await append(tx, { type: 'ticket.submitted', actor, source: '203.0.113.7', details });
      }
    });
  }
  const folder = openEvidenceFolder(directory);
  await folder.prepare();
  const uses = { database, folder, signer, clock: systemClock, logger: silentLogger };
  await (await openEvidencePublisher(uses)).stop();
  await database.close();
  const size = sizeOf(directory);
  const speeds = await repeated(size, async () => {
    const { findings } = await verifyLog({ directory });
    if (findings.length > 0) throw new Error('expected a whole log');
  });
  return {
    'log, leaves': LEAVES,
    'log, MiB': size / 1024 ** 2,
    'log verified, median MB/s': percentile(speeds, 0.5),
    'log verified, median leaves/s': (percentile(speeds, 0.5) * 1e6 * LEAVES) / size,
  };
}

async function repeated(bytes: number, work: () => Promise<void>): Promise<number[]> {
  const speeds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    await work();
    speeds.push(bytes / 1e6 / ((performance.now() - began) / 1000));
  }
  return speeds;
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
