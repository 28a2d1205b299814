// What the API hands out of the evidence log is checked by whoever gets it (R19, R33).

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Checkpoint, parseCheckpoint } from '../../audit/checkpoint.ts';
import { verifyConsistency } from '../../audit/proof.ts';
import { openNote } from '../../audit/signed-note.ts';
import { parseTlogProof, provesLeaf } from '../../audit/tlog-proof.ts';
import type { CheckpointHead, ConsistencyProof, LeafProof } from '../../web/contract/evidence.ts';
import { keyOf } from '../audit/log-scene.ts';
import { ApiClient } from '../support/api-client.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';

let site: TestInstallation;
let engineer: ApiClient;
beforeAll(async () => {
  site = await startInstallation();
  engineer = await ApiClient.signIn(site, 'engineer');
});
afterAll(() => site.stop());

async function head(): Promise<Checkpoint> {
  await site.running.publisher.flush();
  const { checkpoint, verifierKey } = (await engineer.get('/api/v1/checkpoint')).body as CheckpointHead;
  const read = parseCheckpoint(openNote(checkpoint ?? '', keyOf(verifierKey)) ?? '');
  if (read === undefined) throw new Error('expected a signed checkpoint');
  return read;
}

test('anybody signed in can hold the log to a checkpoint they have seen (R19)', async () => {
  const old = await head();
  await ApiClient.signIn(site, 'head');
  const now = await head();
  expect(now.size).toBeGreaterThan(old.size);
  const answer = await engineer.get(`/api/v1/checkpoint/consistency?from=${old.size}&to=${now.size}`);
  const proof = (answer.body as ConsistencyProof).hashes.map((hash) => Buffer.from(hash, 'base64'));
  expect(verifyConsistency({ oldSize: old.size, oldRoot: old.root, size: now.size, root: now.root, proof })).toBe(true);
});

test('the head gets a leaf with a proof, and that is in the log (R22, R33)', async () => {
  const client = await ApiClient.signIn(site, 'head');
  await site.running.publisher.flush();
  const before = await evidenceSize(site);
  const { leaf, proof } = (await client.get('/api/v1/evidence/proof?leaf=3')).body as LeafProof;
  const read = parseTlogProof(proof);
  const { verifierKey } = (await client.get('/api/v1/checkpoint')).body as CheckpointHead;
  expect(read !== undefined && provesLeaf(read, Buffer.from(leaf, 'utf8'), keyOf(verifierKey))).toBe(true);
  expect(JSON.parse(leaf)).toMatchObject({ index: 3 });
  expect((await evidence(site, before)).filter(({ type }) => type === 'leaf.proved')).toMatchObject([
    { actor: { name: 'head' }, details: { leaf: 3 } },
  ]);
});

test('what is not there is refused in words, and nonsense before that', async () => {
  const client = await ApiClient.signIn(site, 'auditor');
  const beyond = await client.get('/api/v1/evidence/proof?leaf=123456');
  expect(beyond).toMatchObject({ status: 404, body: { code: 'evidence.not-published' } });
  const swapped = await client.get('/api/v1/checkpoint/consistency?from=3&to=2');
  expect(swapped).toMatchObject({ status: 400, body: { code: 'evidence.sizes-swapped' } });
  for (const query of ['', '?leaf=-1', '?leaf=1.5', '?leaf=x', '?leaf=99999999999999999999', '?leaf=1&more=1']) {
    expect((await client.get(`/api/v1/evidence/proof${query}`)).status, query).toBe(400);
  }
});
