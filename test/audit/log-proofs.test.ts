import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseCheckpoint } from '../../audit/checkpoint.ts';
import { verifyConsistency } from '../../audit/proof.ts';
import { openNote } from '../../audit/signed-note.ts';
import { parseTlogProof, provesLeaf, tlogProofText } from '../../audit/tlog-proof.ts';
import { type LogScene, logScene } from './log-scene.ts';

let scene: LogScene;
beforeEach(async () => {
  scene = await logScene(700);
});
afterEach(() => scene.close());

const headOf = (note: string) => {
  const head = parseCheckpoint(openNote(note, scene.key) ?? '');
  if (head === undefined) throw new Error('expected a checkpoint');
  return head;
};

test('the proof of a leaf is checked by its text and the public key alone (R19, R33)', async () => {
  for (const index of [0, 1, 255, 256, 511, 699]) {
    const { leaf, proof } = await scene.proofs.leaf(index);
    const text = tlogProofText(proof);
    const read = parseTlogProof(text);
    if (read === undefined) throw new Error('expected a proof');
    expect(read).toEqual(proof);
    expect(provesLeaf(read, Buffer.from(leaf), scene.key)).toBe(true);
    expect(provesLeaf({ ...read, index: index + 1 }, Buffer.from(leaf), scene.key)).toBe(false);
    expect(provesLeaf(read, Buffer.from(leaf.replace('"v":1', '"v":2')), scene.key)).toBe(false);
  }
});

test('a proof with any byte changed proves nothing (R19)', async () => {
  const { leaf, proof } = await scene.proofs.leaf(300);
  const bytes = Buffer.from(tlogProofText(proof), 'utf8');
  const [other] = [Buffer.from(leaf)];
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const read = parseTlogProof(changed.toString('utf8'));
    expect(read !== undefined && provesLeaf(read, other, scene.key), `byte ${at}`).toBe(false);
  }
});

test('any checkpoint is shown to continue any earlier one (R19)', async () => {
  const old = headOf(scene.publisher.checkpoint() ?? '');
  const head = headOf(await scene.grow(301));
  const hashes = await scene.proofs.consistency(old.size, head.size);
  const claim = { oldSize: old.size, oldRoot: old.root, size: head.size, root: head.root, proof: hashes };
  expect(verifyConsistency(claim)).toBe(true);
  expect(verifyConsistency({ ...claim, oldRoot: head.root })).toBe(false);
  expect(await scene.proofs.consistency(0, head.size)).toEqual([]);
});

test('what is not published has no proof, and sizes stand in order', async () => {
  await expect(scene.proofs.leaf(99_999)).rejects.toThrow('evidence.not-published');
  await expect(scene.proofs.consistency(1, 99_999)).rejects.toThrow('evidence.not-published');
  await expect(scene.proofs.consistency(3, 2)).rejects.toThrow('evidence.sizes-swapped');
  const empty = await logScene();
  await expect(empty.proofs.leaf(0)).rejects.toThrow('evidence.not-published');
  await empty.close();
});

test('a damaged tile is a fault and never a wrong proof (R19)', async () => {
  const tile = join(scene.directory, 'tile/0/001');
  const bytes = readFileSync(tile);
  const changed = Buffer.from(bytes);
  changed[0] = (changed[0] ?? 0) ^ 1;
  writeFileSync(tile, changed);
  await expect(scene.proofs.leaf(257)).rejects.toThrow('do not lead to the signed root');
  await expect(scene.proofs.leaf(300)).rejects.toThrow('do not lead to the signed root');
  const { size } = headOf(scene.publisher.checkpoint() ?? '');
  await expect(scene.proofs.consistency(300, size)).rejects.toThrow('do not lead');
  writeFileSync(tile, bytes);
  await scene.proofs.leaf(256);
});

test('a proof asked for while the log grows comes under a checkpoint that was there (R19)', async () => {
  const growing = (async () => {
    for (let nth = 0; nth < 12; nth += 1) await scene.grow(7);
  })();
  for (let nth = 0; nth < 60; nth += 1) {
    const { leaf, proof } = await scene.proofs.leaf(nth * 10);
    expect(provesLeaf(proof, Buffer.from(leaf), scene.key)).toBe(true);
  }
  await growing;
});
