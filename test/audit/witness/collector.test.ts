// The controller's side of witnessing: what is collected, what is checked, what becomes an event (R19, R24, B12).

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Post, PostAnswer } from '../../../audit/http-post.ts';
import { openEvidencePublisher } from '../../../audit/publisher.ts';
import { SIZE_TYPE } from '../../../audit/witness/add-checkpoint.ts';
import { createWitnessCollector, type WitnessCollector } from '../../../audit/witness/collector.ts';
import { createCosigner } from '../../../audit/witness/cosignature.ts';
import { openWitnessState } from '../../../audit/witness/state-folder.ts';
import { parsePolicy, type TrustPolicy } from '../../../audit/witness/trust-policy.ts';
import { createWitness, type Witness } from '../../../audit/witness/witness.ts';
import { silentLogger } from '../../../store/core/logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type LogScene, logScene } from '../log-scene.ts';

const SILENT_MS = 600_000;

/** A log with witnesses `a` and `b`, of which both are asked for; each can be taken away. */
async function scene(leaves = 300) {
  const log = await logScene(leaves);
  const cosigners = ['a', 'b'].map((name) => createCosigner(name, generateKeyPairSync('ed25519').privateKey));
  const witnesses = new Map<string, Witness | 'gone' | PostAnswer>();
  for (const cosigner of cosigners) {
    const store = openWitnessState(temporaryFolder());
    witnesses.set(cosigner.name, createWitness({ logs: [log.key], cosigner, store, clock: log.clock }));
  }
  const lines = cosigners.map(({ name, verifierKey }) => `witness ${name} ${verifierKey} http://${name}`);
  const policy = parsePolicy(`${lines.join('\n')}\ngroup both all a b\nquorum both\n`) as TrustPolicy;
  let asked = 0;
  const post: Post = async ({ url, body }) => {
    asked += 1;
    const witness = witnesses.get(url.split('/')[2] ?? '') ?? 'gone';
    if (witness === 'gone') throw new Error('ECONNREFUSED');
    if ('body' in witness) return witness;
    return overHttp(await witness.add(body.toString('utf8')));
  };
  onTestFinished(() => log.close());
  return { ...log, cosigners, witnesses, policy, asked: () => asked, collect: () => collectorOf(log, policy, post) };
}

function collectorOf(log: LogScene, policy: TrustPolicy, post: Post): Promise<WitnessCollector> {
  const { database, append, folder, clock, proofs, publisher } = log;
  return createWitnessCollector({
    policy,
    database,
    append,
    folder,
    clock,
    post,
    proofs,
    latest: () => publisher.checkpoint(),
    logger: silentLogger,
    everyMs: 10_000,
    silentMs: SILENT_MS,
    silentByHandMs: 10 * SILENT_MS,
  });
}

function overHttp(answer: Awaited<ReturnType<Witness['add']>>): PostAnswer {
  if ('cosignature' in answer) return { status: 200, type: 'text/plain', body: Buffer.from(answer.cosignature) };
  if ('size' in answer) return { status: 409, type: SIZE_TYPE, body: Buffer.from(`${answer.size}\n`) };
  return { status: answer.status, type: 'text/plain', body: Buffer.from(answer.why) };
}

const eventsOf = async ({ database }: LogScene) =>
  (await database.transaction((tx) => tx.selectFrom('evidence').select('leaf').execute()))
    .map(({ leaf }) => JSON.parse(leaf) as { type: string; details: object })
    .filter(({ type }) => type.startsWith('witness.'));

test('every checkpoint that is brought to the witnesses is cosigned, kept and verified (R19)', async () => {
  const at = await scene();
  const collector = await at.collect();
  for (const count of [0, 1, 300]) {
    if (count > 0) await at.grow(count);
    await collector.look();
  }
  const { findings, facts } = await at.verify({ policy: at.policy });
  expect(findings).toEqual([]);
  expect(facts.witnessing).toMatchObject({
    cosignatures: 6,
    covered: 601,
    witnesses: [{ known: true }, { known: true }],
  });
  expect(await collector.status()).toMatchObject({ covered: 601, witnesses: [{ size: 601, trouble: null }, {}] });
  expect(await eventsOf(at)).toEqual([]);
});

test('nothing is asked again while nothing has happened', async () => {
  const at = await scene();
  const collector = await at.collect();
  await collector.look();
  const asked = at.asked();
  await collector.look();
  expect(at.asked()).toBe(asked);
});

test('a restart goes on with what the witnesses know, and keeps nothing twice', async () => {
  const at = await scene();
  await (await at.collect()).look();
  const collector = await at.collect();
  await collector.look();
  await at.grow(5);
  await collector.look();
  expect((await at.verify({ policy: at.policy })).facts.witnessing).toMatchObject({ cosignatures: 4, covered: 305 });
});

test('a witness that is silent too long is an event, once, and so is that it is back (R24)', async () => {
  const at = await scene();
  const collector = await at.collect();
  await collector.look();
  const b = at.witnesses.get('b');
  at.witnesses.set('b', 'gone');
  for (let minute = 0; minute < 15; minute += 1) {
    await at.grow(1);
    at.clock.advance(60_000);
    await collector.look();
  }
  expect(await eventsOf(at)).toMatchObject([{ type: 'witness.silent', details: { witness: 'b' } }]);
  expect(await collector.status()).toMatchObject({
    covered: 300,
    witnesses: [{ trouble: null }, { trouble: 'silent' }],
  });
  at.witnesses.set('b', b ?? 'gone');
  await at.grow(1);
  await collector.look();
  expect(await eventsOf(at)).toMatchObject([{}, { type: 'witness.heard', details: { witness: 'b' } }]);
});

test('a log that was put back is refused by its witnesses, loudly (R19, B12)', async () => {
  const at = await scene(300);
  const collector = await at.collect();
  await at.grow(50);
  await collector.look();
  // The same installation, a day back, and it goes on from there.
  const back = await logScene(200, at.privateKey);
  onTestFinished(() => back.close());
  const post: Post = async ({ url, body }) => {
    const witness = at.witnesses.get(url.split('/')[2] ?? '');
    return overHttp(await (witness as Witness).add(body.toString('utf8')));
  };
  const again = await collectorOf(back, at.policy, post);
  await again.look();
  // Both are asked at once; whose answer is written down first is open.
  const refusals = (await eventsOf(back)).filter(({ type }) => type === 'witness.refused');
  expect(refusals).toHaveLength(2);
  for (const witness of ['a', 'b']) {
    expect(refusals).toContainEqual(
      expect.objectContaining({ details: { witness, status: 409, size: 200, cosigned: 350 } }),
    );
  }
  // Grown beyond what they have seen, it is another log all the same.
  await back.grow(400);
  await again.look();
  expect(await again.status()).toMatchObject({
    covered: 0,
    witnesses: [{ trouble: 'refused' }, { trouble: 'refused' }],
  });
  expect((await back.verify({ policy: at.policy })).findings).toMatchObject([{ where: { file: 'cosignatures' } }]);
});

test('an answer that is no cosignature of this checkpoint is not kept (R19)', async () => {
  const at = await scene();
  const [a] = at.cosigners;
  const other = createCosigner('a', generateKeyPairSync('ed25519').privateKey);
  const answers = [other.cosign('x\n', 1), a?.cosign('another text\n', 1) ?? '', 'nonsense\n', ''];
  const collector = await at.collect();
  for (const body of answers) {
    at.witnesses.set('a', { status: 200, type: 'text/plain', body: Buffer.from(body) });
    await at.grow(1);
    await collector.look();
    expect((await collector.status()).witnesses).toMatchObject([{ trouble: 'refused' }, { trouble: null }]);
  }
  const { findings, facts } = await at.verify();
  expect(findings).toEqual([]);
  expect(facts.witnessing).toMatchObject({ cosignatures: 4, witnesses: [{ name: 'b' }] });
  expect(await eventsOf(at)).toMatchObject([{ type: 'witness.refused', details: { witness: 'a', status: 200 } }]);
});

test('a byte changed among the cosignatures is found, and a torn line is repaired by the next start (R19)', async () => {
  const at = await scene(20);
  await (await at.collect()).look();
  const file = join(at.directory, 'cosignatures');
  const bytes = readFileSync(file);
  for (let offset = 0; offset < bytes.length; offset += 1) {
    const changed = Buffer.from(bytes);
    changed[offset] = (changed[offset] ?? 0) ^ 1;
    writeFileSync(file, changed);
    expect((await at.verify()).findings.length, `byte ${offset}`).toBeGreaterThan(0);
  }
  writeFileSync(file, bytes.subarray(0, -5));
  expect((await at.verify()).findings).toMatchObject([{ where: { file: 'cosignatures' } }]);
  const { database, folder, signer, clock } = at;
  await (await openEvidencePublisher({ database, folder, signer, clock, logger: silentLogger })).stop();
  expect(await at.verify()).toMatchObject({ findings: [], facts: { witnessing: { cosignatures: 1 } } });
});

test('the proof of a leaf carries the cosignatures of its checkpoint (R33)', async () => {
  const at = await scene(300);
  const collector = await at.collect();
  await collector.look();
  await at.grow(1);
  const note = collector.cosigned() ?? '';
  expect(note).toContain('\n300\n');
  expect(note.split('\n').filter((line) => line.startsWith('— '))).toHaveLength(3);
});
