// What the page checks of the evidence log, against the log's own code (R19).

import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkpointText } from '../../../audit/checkpoint.ts';
import { leafHash } from '../../../audit/merkle.ts';
import { consistencyRanges } from '../../../audit/proof.ts';
import { createLogSigner } from '../../../audit/signed-note.ts';
import { treeHash } from '../../../audit/tile.ts';
import { isSigned, readCheckpoint } from '../../../web/app/witness/checkpoint.ts';
import { continues } from '../../../web/app/witness/tree.ts';

const leaves = Array.from({ length: 20 }, (_, nth) => leafHash(Buffer.from(String(nth))));
const rootOver = (size: number) => treeHash(leaves.slice(0, size));
const bytes = (hash: Buffer) => new Uint8Array(hash);

test('the page takes every true proof of two sizes up to 20, and none with a hash changed, missing or added', async () => {
  for (let size = 1; size <= 20; size += 1) {
    for (let oldSize = 1; oldSize <= size; oldSize += 1) {
      const proof = consistencyRanges(oldSize, size).map(({ from, to }) => bytes(treeHash(leaves.slice(from, to))));
      const claim = { oldSize, oldRoot: bytes(rootOver(oldSize)), size, root: bytes(rootOver(size)), proof };
      expect(await continues(claim), `${oldSize} in ${size}`).toBe(true);
      const other = bytes(leafHash(rootOver(oldSize)));
      expect(await continues({ ...claim, oldRoot: other }), `${oldSize} in ${size}`).toBe(false);
      expect(await continues({ ...claim, root: other }), `${oldSize} in ${size}`).toBe(false);
      expect(await continues({ ...claim, proof: [...proof, other] }), `${oldSize} in ${size}`).toBe(false);
      for (let nth = 0; nth < proof.length; nth += 1) {
        expect(await continues({ ...claim, proof: proof.with(nth, other) }), `${oldSize} in ${size}`).toBe(false);
        expect(await continues({ ...claim, proof: proof.toSpliced(nth, 1) }), `${oldSize} in ${size}`).toBe(false);
      }
    }
  }
  const root = bytes(rootOver(5));
  expect(await continues({ oldSize: 6, oldRoot: root, size: 5, root, proof: [] })).toBe(false);
  expect(await continues({ oldSize: 0, oldRoot: root, size: 5, root, proof: [] })).toBe(false);
});

test('the page reads a checkpoint, and knows whose it is', async () => {
  const [signer, other] = [1, 2].map(() => createLogSigner('sluice/test', generateKeyPairSync('ed25519').privateKey));
  if (signer === undefined || other === undefined) throw new Error('expected two signers');
  const root = rootOver(7);
  const note = signer.sign(checkpointText({ origin: signer.name, size: 7, root, previous: null }));
  expect(readCheckpoint(note)).toEqual({ size: 7, root: bytes(root) });
  expect(await isSigned(note, signer.verifierKey)).toBe(true);
  expect(await isSigned(note, other.verifierKey)).toBe(false);
  expect(await isSigned(note.replace('\n7\n', '\n8\n'), signer.verifierKey)).toBe(false);
  expect(await isSigned('', signer.verifierKey)).toBe(false);
  for (const text of [
    '',
    'a\n0\n',
    note.replace('\n7\n', '\n07\n'),
    note.replace('\n7\n', '\n-7\n'),
    'a\n7\nnot a hash\n',
  ]) {
    expect(readCheckpoint(text), text).toBeUndefined();
  }
});
