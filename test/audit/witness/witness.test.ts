// What a witness cosigns and what it refuses (R19, B12).

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { checkpointText } from '../../../audit/checkpoint.ts';
import { leafHash } from '../../../audit/merkle.ts';
import { consistencyRanges } from '../../../audit/proof.ts';
import { createLogSigner } from '../../../audit/signed-note.ts';
import { treeHash } from '../../../audit/tile.ts';
import { addCheckpointText } from '../../../audit/witness/add-checkpoint.ts';
import { createCosigner, openCosignature, parseWitnessKey } from '../../../audit/witness/cosignature.ts';
import { openWitnessState } from '../../../audit/witness/state-folder.ts';
import { createWitness, type Witness, type WitnessStore } from '../../../audit/witness/witness.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { keyOf } from '../log-scene.ts';

const log = createLogSigner('sluice/test', generateKeyPairSync('ed25519').privateKey);
const cosigner = createCosigner('witness.example/w1', generateKeyPairSync('ed25519').privateKey);
const honest = Array.from({ length: 40 }, (_, nth) => leafHash(Buffer.from(`leaf ${nth}`)));
/** The same log, written again from leaf 5 on. */
const rewritten = honest.map((leaf, nth) => (nth < 5 ? leaf : leafHash(leaf)));

const textOver = (leaves: typeof honest, size: number): string =>
  checkpointText({ origin: log.name, size, root: treeHash(leaves.slice(0, size)), previous: null });

function request(leaves: typeof honest, oldSize: number, size: number, signer = log): string {
  const proof = consistencyRanges(oldSize, size).map(({ from, to }) => treeHash(leaves.slice(from, to)));
  return addCheckpointText({ oldSize, proof, checkpoint: signer.sign(textOver(leaves, size)) });
}

let state: string;
let witness: Witness;
const open = (store: WitnessStore = openWitnessState(state)): Witness =>
  createWitness({ logs: [keyOf(log.verifierKey)], cosigner, store, clock: new ManualClock() });
beforeEach(() => {
  state = temporaryFolder();
  witness = open();
});

test('a checkpoint that continues the last one is cosigned, with the time (R19)', async () => {
  const key = parseWitnessKey(cosigner.verifierKey);
  for (const [oldSize, size] of [
    [0, 7],
    [7, 7],
    [7, 30],
  ] as const) {
    const answer = await witness.add(request(honest, oldSize, size));
    if (key === undefined || answer.status !== 200) throw new Error(`expected a cosignature, got ${answer.status}`);
    const line = answer.cosignature.slice(0, -1);
    expect(openCosignature(line, textOver(honest, size), key)).toBe(Date.UTC(2026, 2, 12, 12) / 1000);
    expect(openCosignature(line, textOver(rewritten, size), key)).toBeUndefined();
  }
});

test('what would give a log two histories is refused, also after a restart (R19, B12)', async () => {
  await witness.add(request(honest, 0, 20));
  for (const each of [witness, open()]) {
    expect(await each.add(request(rewritten, 20, 30))).toMatchObject({ status: 422 });
    expect(await each.add(request(rewritten, 20, 20))).toMatchObject({ status: 409, why: expect.any(String) });
    expect(await each.add(request(honest, 0, 30))).toEqual({ status: 409, size: 20 });
    expect(await each.add(request(honest, 0, 10))).toEqual({ status: 409, size: 20 });
    expect(await each.add(request(rewritten, 0, 40))).toEqual({ status: 409, size: 20 });
  }
  expect(await open().add(request(honest, 20, 30))).toMatchObject({ status: 200 });
});

test('what it cannot judge it does not sign', async () => {
  const stranger = createLogSigner('sluice/other', generateKeyPairSync('ed25519').privateKey);
  const thief = createLogSigner(log.name, generateKeyPairSync('ed25519').privateKey);
  expect(await witness.add('')).toMatchObject({ status: 400 });
  expect(await witness.add(request(honest, 0, 7).replace('old 0', 'old 00'))).toMatchObject({ status: 400 });
  expect(await witness.add(request(honest, 0, 7).replace('old 0', 'old 9'))).toMatchObject({ status: 400 });
  const ofStranger = stranger.sign(textOver(honest, 7).replace(log.name, stranger.name));
  expect(await witness.add(addCheckpointText({ oldSize: 0, proof: [], checkpoint: ofStranger }))).toMatchObject({
    status: 404,
  });
  expect(await witness.add(request(honest, 0, 7, thief))).toMatchObject({ status: 403 });
  expect(await witness.add(request(honest, 0, 7).replace('old 0\n', `old 0\n${'A'.repeat(43)}=\n`))).toMatchObject({
    status: 422,
  });
});

test('of two requests at once that contradict each other one is cosigned at most (R19)', async () => {
  await witness.add(request(honest, 0, 6));
  const answers = await Promise.all([
    witness.add(request(honest, 6, 20)),
    witness.add(request(honest, 6, 30)),
    witness.add(request(honest, 6, 25)),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 409, 409]);
});

test('a cosignature never leaves before the checkpoint is kept (R19)', async () => {
  const inner = openWitnessState(state);
  const steps: string[] = [];
  const store: WitnessStore = {
    latest: inner.latest,
    async keep(origin, note) {
      await inner.keep(origin, note);
      steps.push('kept');
    },
  };
  await open(store)
    .add(request(honest, 0, 6))
    .then(() => steps.push('answered'));
  expect(steps).toEqual(['kept', 'answered']);
  const full: WitnessStore = { latest: inner.latest, keep: () => Promise.reject(new Error('ENOSPC')) };
  const broken = open(full);
  await expect(broken.add(request(honest, 6, 8))).rejects.toThrow('ENOSPC');
  await expect(broken.add(request(honest, 6, 8))).rejects.toThrow('ENOSPC');
  expect(await open().add(request(honest, 6, 8))).toMatchObject({ status: 200 });
});

test('a damaged state is not taken for an empty one (R19)', async () => {
  await witness.add(request(honest, 0, 20));
  const file = join(state, 'logs', (await import('node:crypto')).hash('sha256', log.name));
  const note = readFileSync(file, 'utf8');
  for (const damaged of ['', note.slice(0, 20), note.replace(log.name, 'sluice/else')]) {
    writeFileSync(file, damaged);
    await expect(open().add(request(rewritten, 0, 30)), damaged).rejects.toThrow('last checkpoint');
  }
});
