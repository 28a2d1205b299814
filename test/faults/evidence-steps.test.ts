// Every durable step of publishing, broken in every way, followed by the start that repairs it and a full verification.

import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createEvidenceLog } from '../../audit/append.ts';
import { type EvidenceFolder, openEvidenceFolder, UNFINISHED } from '../../audit/evidence-folder.ts';
import { createPost } from '../../audit/http-post.ts';
import { openEvidencePublisher } from '../../audit/publisher.ts';
import { createLogSigner, parseNote } from '../../audit/signed-note.ts';
import { createStamper } from '../../audit/timestamp/stamper.ts';
import { verifyLog } from '../../audit/verify-log.ts';
import { createCosigner, parseWitnessKey } from '../../audit/witness/cosignature.ts';
import { keepCosignature } from '../../audit/witness/cosignature-store.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { openDatabase } from '../../store/database.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTimestampAuthority, type TimestampAuthority } from '../support/timestamp-authority.ts';

type Fault = 'failed' | 'failed but persisted' | 'killed before' | 'killed half way' | 'killed after';
const FAULTS: readonly Fault[] = ['failed', 'failed but persisted', 'killed before', 'killed half way', 'killed after'];

class Killed extends Error {}

/** Breaks the nth step; after a kill nothing works any more. */
function breaking(inner: EvidenceFolder, nth: number, fault: Fault): EvidenceFolder & { steps(): number } {
  let steps = 0;
  let dead = false;
  const step = async (whole: () => Promise<void>, half: () => Promise<void>): Promise<void> => {
    if (dead) throw new Killed();
    steps += 1;
    if (steps !== nth) return whole();
    dead = fault.startsWith('killed');
    if (fault === 'failed but persisted' || fault === 'killed after') await whole();
    if (fault === 'killed half way') await half();
    throw dead ? new Killed() : new Error('EIO');
  };
  const nothing = async (): Promise<void> => {};
  const halfOf = (bytes: Buffer): Buffer => bytes.subarray(0, Math.ceil(bytes.length / 2));
  return {
    steps: () => steps,
    prepare: () => step(inner.prepare, nothing),
    list: () => (dead ? Promise.reject(new Killed()) : inner.list()),
    read: (name, from) => (dead ? Promise.reject(new Killed()) : inner.read(name, from)),
    append: (name, bytes) =>
      step(
        () => inner.append(name, bytes),
        () => inner.append(name, halfOf(bytes)),
      ),
    replace: (name, bytes) =>
      step(
        () => inner.replace(name, bytes),
        () => inner.append(name + UNFINISHED, halfOf(bytes)),
      ),
    truncate: (name, length) => step(() => inner.truncate(name, length), nothing),
    remove: (name) => step(() => inner.remove(name), nothing),
  };
}

const { privateKey } = generateKeyPairSync('ed25519');

/** `from`: a stage that is closed, to begin with a copy of. */
async function scene(from?: { readonly root: string }) {
  const root = temporaryFolder();
  if (from !== undefined) cpSync(from.root, root, { recursive: true });
  const [clock, database] = [new ManualClock(), await openDatabase({ kind: 'sqlite', file: join(root, 'sluice.db') })];
  const signer = createLogSigner('sluice/test', privateKey);
  const log = createEvidenceLog({ clock, origin: signer.name });
  const [directory, logger] = [join(root, 'evidence'), silentLogger];
  return {
    root,
    folder: openEvidenceFolder(directory),
    open: (folder: EvidenceFolder) => openEvidencePublisher({ database, folder, signer, clock, logger }),
    append: (count: number) =>
      database.transaction(async (tx) => {
        for (let nth = 0; nth < count; nth += 1) {
          await log.append(tx, { type: 'system.stopped', actor: { kind: 'system' }, details: {} });
        }
      }),
    stamper: (folder: EvidenceFolder, authority: TimestampAuthority, latest: () => string | undefined) =>
      createStamper({
        authority: authority.url,
        trusted: [new X509Certificate(readFileSync(authority.root))],
        post: createPost({ timeoutMs: 10_000, mostBytes: 100_000 }),
        latest,
        database,
        append: log.append,
        folder,
        clock,
        logger,
        random: randomBytes,
        everyMs: 3_600_000,
      }),
    verify: () => verifyLog({ directory, verifierKey: signer.verifierKey }),
    close: () => database.close(),
  };
}

/** Events, a start that publishes them, more events, a second start. */
async function story(stage: Awaited<ReturnType<typeof scene>>, folder: EvidenceFolder): Promise<void> {
  await stage.append(3);
  const first = await stage.open(folder);
  await stage.append(4);
  await first.flush();
  await stage.append(2);
  await stage.open(folder);
}

async function breakEveryStep(
  fault: Fault,
  from: { readonly root: string } | undefined,
  leaves: number,
): Promise<void> {
  const measured = await scene(from);
  const counting = breaking(measured.folder, -1, fault);
  await story(measured, counting);
  await measured.close();
  expect(counting.steps()).toBeGreaterThan(12);
  for (let nth = 1; nth <= counting.steps(); nth += 1) {
    const stage = await scene(from);
    await expect(story(stage, breaking(stage.folder, nth, fault)), `step ${nth}`).rejects.toThrow();
    await stage.append(1);
    await (await stage.open(stage.folder)).stop();
    const report = await stage.verify();
    expect(report.findings, `step ${nth}`).toEqual([]);
    expect(report.facts.leaves, `step ${nth}`).toBeGreaterThanOrEqual(leaves);
    await stage.close();
  }
}

test.each(FAULTS)('a new log: after a step %s, the next start repairs everything (R18, R19)', async (fault) => {
  await breakEveryStep(fault, undefined, 5);
});

test('across two files: after a step that left something behind, the next start repairs everything (R18, R19)', async () => {
  const old = await scene();
  await old.append(4091);
  await (await old.open(old.folder)).stop();
  await old.close();
  // The faults that leave something behind; the others are the new log's.
  for (const fault of FAULTS.filter((name) => !/^failed$|before/.test(name))) await breakEveryStep(fault, old, 4096);
});

test('a publisher whose step failed once goes on by itself (R18)', async () => {
  const stage = await scene();
  await stage.append(1);
  for (let nth = 2; nth <= 7; nth += 1) {
    const publisher = await stage.open(stage.folder);
    await publisher.stop();
    const folder = breaking(stage.folder, nth, 'failed');
    const flaky = await stage.open(folder).catch(() => undefined);
    if (flaky === undefined) continue;
    await stage.append(1);
    await flaky.flush().catch(() => {});
    await flaky.flush();
    expect(flaky.trouble()).toBeUndefined();
    expect((await stage.verify()).findings).toEqual([]);
  }
  await stage.close();
});

test.each(FAULTS)('a cosignature whose writing %s is whole or gone after the next start (R18, R19)', async (fault) => {
  const witness = createCosigner('w.example', generateKeyPairSync('ed25519').privateKey);
  const key = parseWitnessKey(witness.verifierKey);
  if (key === undefined) throw new Error('expected the key of a witness');
  const stage = await scene();
  await stage.append(1);
  const publisher = await stage.open(stage.folder);
  const cosign = async (folder: EvidenceFolder): Promise<void> => {
    const { text = '' } = parseNote(publisher.checkpoint() ?? '') ?? {};
    const line = witness.cosign(text, 1_800_000_000).trimEnd();
    await keepCosignature(folder, { size: Number(text.split('\n')[1]), key, verifierKey: witness.verifierKey, line });
  };
  await cosign(stage.folder);
  await stage.append(1);
  await publisher.stop();
  await expect(cosign(breaking(stage.folder, 1, fault))).rejects.toThrow();
  if (fault === 'killed half way') expect((await stage.verify()).findings).toHaveLength(1);
  await (await stage.open(stage.folder)).stop();
  const { findings, facts } = await stage.verify();
  expect(findings).toEqual([]);
  const persisted = fault === 'failed but persisted' || fault === 'killed after';
  expect(facts.witnessing.cosignatures).toBe(persisted ? 2 : 1);
  // It is asked for again, and taken.
  await cosign(stage.folder);
  expect((await stage.verify()).findings).toEqual([]);
  await stage.close();
});

test.each(FAULTS)('a timestamp whose writing %s is whole or gone after the next start (R18, R19)', async (fault) => {
  const authority = await startTimestampAuthority('ec');
  const stage = await scene();
  await stage.append(1);
  const publisher = await stage.open(stage.folder);
  const stamper = (folder: EvidenceFolder) => stage.stamper(folder, authority, () => publisher.checkpoint());
  await stamper(stage.folder).look();
  await stage.append(1);
  await publisher.flush();
  await stamper(breaking(stage.folder, 1, fault)).look();
  await publisher.stop();
  if (fault === 'killed half way') expect((await stage.verify()).findings).not.toEqual([]);
  const again = await stage.open(stage.folder);
  await again.stop();
  const { findings, facts } = await stage.verify();
  expect(findings).toEqual([]);
  const persisted = fault === 'failed but persisted' || fault === 'killed after';
  expect(facts.stamping.timestamps).toBe(persisted ? 2 : 1);
  // It is asked for again, and taken.
  await stage.stamper(stage.folder, authority, () => again.checkpoint()).look();
  await (await stage.open(stage.folder)).stop();
  expect((await stage.verify()).findings).toEqual([]);
  await stage.close();
  await authority.stop();
});
