// Witnesses and timestamps in a whole installation, as the settings name them (R19, R24): collected, shown, verified.

import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { VerifierKey } from '../../audit/signed-note.ts';
import { parseTlogProof } from '../../audit/tlog-proof.ts';
import { createCosigner } from '../../audit/witness/cosignature.ts';
import { openWitnessState } from '../../audit/witness/state-folder.ts';
import { createWitness } from '../../audit/witness/witness.ts';
import { serveWitness, type WitnessServer } from '../../bastion/cli/witness-server.ts';
import { systemClock } from '../../store/core/clock.ts';
import type { CheckpointHead, LeafProof, WitnessReport } from '../../web/contract/evidence.ts';
import { keyOf } from '../audit/log-scene.ts';
import { ApiClient } from '../support/api-client.ts';
import { command } from '../support/command-line.ts';
import { evidence } from '../support/evidence.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { startTimestampAuthority, type TimestampAuthority } from '../support/timestamp-authority.ts';

let site: TestInstallation;
let witness: WitnessServer;
let authority: TimestampAuthority;
let outside: string;
let keys: string;

beforeAll(async () => {
  outside = mkdtempSync(join(tmpdir(), 'sluice-witness-'));
  // The log's key is made with the installation: the witness is told it afterwards.
  const logs: VerifierKey[] = [];
  const cosigner = createCosigner('w.example', generateKeyPairSync('ed25519').privateKey);
  const store = openWitnessState(outside);
  witness = await serveWitness(createWitness({ logs, cosigner, store, clock: systemClock }), '127.0.0.1', 0);
  authority = await startTimestampAuthority('rsa', outside);
  const policy = `witness W ${cosigner.verifierKey} ${witness.url}\nquorum W\n`;
  writeFileSync(join(outside, 'policy'), policy);
  site = await startInstallation({
    'evidence.policy': join(outside, 'policy'),
    'evidence.witnessSeconds': 3600,
    'evidence.timestampAuthority': authority.url,
    'evidence.timestampCertificates': authority.root,
  });
  const { verifierKey } = (await (await ApiClient.signIn(site, 'auditor')).get('/api/v1/checkpoint'))
    .body as CheckpointHead;
  logs.push(keyOf(verifierKey));
  keys = join(outside, 'keys.txt');
  writeFileSync(keys, `log ${verifierKey}\n${policy}`);
});
afterAll(async () => {
  await site.stop();
  await witness.stop();
  await authority.stop();
  rmSync(outside, { recursive: true, force: true });
});

test('the auditor and the administrator see how far the log is witnessed, and the head gets it with a leaf (R24)', async () => {
  const [auditor, head] = [await ApiClient.signIn(site, 'auditor'), await ApiClient.signIn(site, 'head')];
  const before = (await auditor.get('/api/v1/evidence/witnesses')).body as WitnessReport;
  expect(before).toMatchObject({ covered: 0, witnesses: [{ name: 'W', size: null, trouble: null }] });
  await site.running.publisher.flush();
  await site.running.witnesses?.look();
  const after = (await auditor.get('/api/v1/evidence/witnesses')).body as WitnessReport;
  expect(after).toMatchObject({ covered: after.size, witnesses: [{ size: after.size, trouble: null }] });
  const { proof } = (await head.get('/api/v1/evidence/proof?leaf=1')).body as LeafProof;
  expect(parseTlogProof(proof)?.checkpoint).toMatch(/^— w\.example \S+$/m);
});

test('what is stamped and witnessed is verified with what is known from elsewhere (R19)', async () => {
  await site.running.publisher.flush();
  await site.running.witnesses?.look();
  await site.running.stamper?.look();
  await site.running.publisher.flush();
  const types = (await evidence(site)).map(({ type }) => type);
  expect(types.filter((type) => type.startsWith('timestamp.'))).toEqual(['timestamp.taken']);
  const trust = ['--policy', keys, '--timestamp-ca', authority.root];
  const { code, stdout } = await command('verify', '--data', site.folder.path, ...trust);
  expect(stdout).toMatch(/timestamps +1; the first \d+ leaves are no later than 20\d\d-/);
  expect(stdout).toMatch(/witnessed +\d+ leaves, as the policy asks/);
  expect(stdout).toMatch(/silence +at most \d+ s/);
  expect(code).toBe(0);
  const stranger = await command('verify', '--data', site.folder.path, '--timestamp-ca', authority.stranger);
  expect(stranger).toMatchObject({ code: 1, stdout: expect.stringContaining('not by the authority that is trusted') });
});

test('a checkpoint that was kept elsewhere is one more thing to hold the log to (R19, B12)', async () => {
  const kept = await command('checkpoint', '--data', site.folder.path);
  const file = join(outside, 'kept');
  onTestFinished(() => rmSync(file));
  writeFileSync(file, kept.stdout);
  expect(await command('verify', '--data', site.folder.path, '--checkpoint', file)).toMatchObject({ code: 0 });
});
