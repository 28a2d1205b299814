// What somebody with the owner's rights on the machine may do to records afterwards, done as they would do it: with all
// hashes and chains made again where no key is needed, with a key of their own, or with the stolen one. Each is found
// from the files and what an auditor holds, and named; and without what it takes to find it, it is not found.

import { generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEvidenceFolder } from '../../audit/evidence-folder.ts';
import { EMPTY_EDGE, extend, leafHash } from '../../audit/merkle.ts';
import { openEvidencePublisher } from '../../audit/publisher.ts';
import { createLogSigner, parseNote } from '../../audit/signed-note.ts';
import { createCosigner, parseWitnessKey } from '../../audit/witness/cosignature.ts';
import { cosignatureLine } from '../../audit/witness/cosignature-file.ts';
import { parsePolicy } from '../../audit/witness/trust-policy.ts';
import { EXIT } from '../../bastion/cli/usage.ts';
import { printReport } from '../../recordings/verify/print-report.ts';
import { verifyDataFolder } from '../../recordings/verify/verify-data-folder.ts';
import { canonicalJson, type Json } from '../../store/core/canonical-json.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { openDatabase } from '../../store/database.ts';
import { command } from '../support/command-line.ts';
import { type DataFolder, emptyDataFolder } from './data-folder.ts';
import { FINISHED } from './support.ts';

const SYSTEM = { kind: 'system' } as const;
const WITNESS = createCosigner('w.example', generateKeyPairSync('ed25519').privateKey);
const EVIDENCE = ['nothing', 'key', 'checkpoint', 'witness'] as const;
/** What the auditor holds; the log's key goes with a checkpoint and with a witness. */
type Held = (typeof EVIDENCE)[number];

interface Scene extends DataFolder {
  /** Of the recording that is attacked, and of one that is not. */
  readonly session: string;
  readonly other: string;
  /** The latest checkpoint, kept elsewhere. */
  readonly kept: string;
  readonly policy: string;
  /** Evidence and recordings as they were before the last session. */
  readonly earlier: string;
}

const notes = (folder: DataFolder): string => readFileSync(join(folder.evidenceDirectory, 'checkpoint'), 'utf8');

function cosign(folder: DataFolder): void {
  const { text = '' } = parseNote(notes(folder)) ?? {};
  const { verifierKey } = WITNESS;
  const key = parseWitnessKey(verifierKey);
  if (key === undefined) throw new Error('expected the key of a witness');
  const line = WITNESS.cosign(text, Math.floor(folder.clock.now() / 1000)).trimEnd();
  const size = Number(text.split('\n')[1]);
  const stored = cosignatureLine({ size, key, verifierKey, line });
  writeFileSync(join(folder.evidenceDirectory, 'cosignatures'), stored, { flag: 'a' });
}

async function recorded(folder: DataFolder): Promise<string> {
  const { session, open } = folder.stage();
  const recording = await open();
  await folder.append({ type: 'recording.opened', actor: SYSTEM, details: { session, heads: recording.heads() } });
  for (const text of ['one ', 'two ', 'six ', 'ten ']) await recording.output(Buffer.from(text));
  const { tracks } = await recording.seal(FINISHED);
  await folder.append({ type: 'recording.sealed', actor: SYSTEM, details: { session, tracks } });
  await folder.publisher.flush();
  cosign(folder);
  return session;
}

async function scene(): Promise<Scene> {
  const folder = await emptyDataFolder();
  await folder.append({ type: 'system.started', actor: SYSTEM, details: { version: '0' } });
  const other = await recorded(folder);
  const earlier = join(folder.root, 'earlier');
  for (const name of ['evidence', 'recordings'])
    cpSync(join(folder.root, name), join(earlier, name), { recursive: true });
  folder.clock.advance(60_000);
  const session = await recorded(folder);
  await folder.publisher.stop();
  await folder.database.close();
  const policy = `log ${folder.verifierKey}\nwitness W ${WITNESS.verifierKey}\nquorum W\n`;
  return { ...folder, session, other, kept: notes(folder), policy, earlier };
}

const screen = ({ recordingsDirectory, session }: Scene): string => join(recordingsDirectory, session, 'screen.track');

/** The header and the frames of a track changed, and then numbered and chained again: that takes no key. */
function changeFrames(at: Scene, change: (frames: Buffer[]) => Buffer[], again: boolean): void {
  const bytes = readFileSync(screen(at));
  const start = 14 + bytes.readUInt32BE(10) + 32;
  const frames: Buffer[] = [];
  for (let from = start; from < bytes.length; ) {
    const end = from + 24 + bytes.readUInt32BE(from) + 32;
    frames.push(Buffer.from(bytes.subarray(from, end)));
    from = end;
  }
  expect(frames.length).toBeGreaterThan(4);
  const changed = change(frames);
  let chain = bytes.subarray(start - 32, start);
  for (const [nth, frame] of again ? changed.entries() : []) {
    frame.writeUInt32BE(nth, 12);
    chain = hash('sha256', Buffer.concat([chain, frame.subarray(0, -32)]), 'buffer');
    chain.copy(frame, frame.length - 32);
  }
  writeFileSync(screen(at), Buffer.concat([bytes.subarray(0, start), ...changed]));
}

type Leaf = { [name: string]: Json };
type Edit = (leaves: readonly Leaf[], at: Scene) => readonly Leaf[];

/** The whole log made again by our own publisher from edited leaves: leaves, tiles, edge, history, all as they must be. */
async function rewrite(at: Scene, edit: Edit, key: KeyObject): Promise<void> {
  const path = join(at.evidenceDirectory, 'leaves/000000000000.jsonl');
  const old = readFileSync(path, 'utf8').trimEnd().split('\n');
  const edited = edit(
    old.map((line) => JSON.parse(line) as Leaf),
    at,
  );
  const leaves = edited.map((leaf, index) => canonicalJson({ ...leaf, index }));
  const { size, subtrees } = leaves.map((leaf) => leafHash(Buffer.from(leaf))).reduce(extend, EMPTY_EDGE);
  const database = await openDatabase({ kind: 'sqlite', file: join(at.root, 'forged.db') });
  await database.transaction(async (tx) => {
    const rows = leaves.map((leaf, leaf_index) => ({ leaf_index, leaf }));
    await tx.insertInto('evidence').values(rows).execute();
    const edge = JSON.stringify(subtrees.map((subtree) => subtree.toString('hex')));
    await tx.updateTable('evidence_head').set({ size, edge }).execute();
  });
  rmSync(at.evidenceDirectory, { recursive: true });
  const signer = createLogSigner('sluice/test', key);
  const folder = openEvidenceFolder(at.evidenceDirectory);
  const shared = { database, folder, signer, clock: at.clock, logger: silentLogger };
  await (await openEvidencePublisher(shared)).stop();
  await database.close();
}

/** The same, but what only the key can make is put back as it was. */
async function rewriteUnsigned(at: Scene, edit: Edit): Promise<void> {
  const aside = join(at.root, 'aside');
  cpSync(at.evidenceDirectory, aside, { recursive: true });
  await rewrite(at, edit, generateKeyPairSync('ed25519').privateKey);
  for (const name of ['checkpoint', 'checkpoints', 'log.vkey', 'cosignatures']) {
    cpSync(join(aside, name), join(at.evidenceDirectory, name));
  }
}

/** Without its recording and its events; others in their place, so that the log is as long as before. */
const withoutSession: Edit = (leaves, { recordingsDirectory, session }) => {
  rmSync(join(recordingsDirectory, session), { recursive: true, force: true });
  const quiet = { type: 'log.heartbeat', details: { sessions: 0 } };
  return leaves.map((leaf) => (canonicalJson(leaf).includes(session) ? { ...leaf, ...quiet } : leaf));
};
const change =
  (change: (leaf: Leaf) => Leaf): Edit =>
  (leaves) =>
    leaves.map((leaf) => (leaf.type === 'system.started' ? change(leaf) : leaf));
const edited = change((leaf) => ({ ...leaf, actor: { kind: 'account', id: 'acc_x', name: 'another' } }));
const backDated = change((leaf) => ({ ...leaf, at: Number(leaf.at) - 86_400_000 }));

const ownKey = () => generateKeyPairSync('ed25519').privateKey;
const ALL: readonly Held[] = EVIDENCE;
const ANY_KEY: readonly Held[] = ['key', 'checkpoint', 'witness'];
const OUTSIDE: readonly Held[] = ['checkpoint', 'witness'];
const track = ({ session }: Scene): string => `recordings/${session}/screen.track`;
const leavesOf = (): string => 'evidence/leaves/000000000000.jsonl, leaf';

interface Attack {
  readonly name: string;
  readonly act: (at: Scene) => Promise<void> | void;
  readonly finds: readonly Held[];
  readonly named: (at: Scene, held: Held) => string;
}

const onFrames = (name: string, act: (frames: Buffer[]) => Buffer[]): readonly Attack[] =>
  [false, true].map((again) => ({
    name: again ? `${name}, chained again` : name,
    act: (at) => changeFrames(at, act, again),
    finds: ALL,
    named: track,
  }));

/** Without any key, with one of their own, with the stolen one. */
const onHistory = (name: string, edit: Edit): readonly Attack[] => [
  { name: `${name}, hashes made again`, act: (at) => rewriteUnsigned(at, edit), finds: ALL, named: leavesOf },
  {
    name: `${name}, signed by another key`,
    act: (at) => rewrite(at, edit, ownKey()),
    finds: ANY_KEY,
    named: () => 'evidence/log.vkey',
  },
  {
    name: `${name}, signed by the stolen key`,
    act: (at) => rewrite(at, edit, at.privateKey),
    finds: OUTSIDE,
    named: (_, held) => (held === 'witness' ? 'evidence/cosignatures' : leavesOf()),
  },
];

const ATTACKS: readonly Attack[] = [
  ...onFrames('a byte flipped', (frames) => {
    const second = frames[1];
    second?.writeUInt8((second[26] ?? 0) ^ 1, 26);
    return frames;
  }),
  ...onFrames('a frame removed', ([first, , ...rest]) => [...(first ? [first] : []), ...rest]),
  ...onFrames('two frames swapped', (frames) => frames.toSpliced(1, 2, ...frames.slice(1, 3).reverse())),
  ...onFrames('the tail cut at a frame', (frames) => frames.slice(0, -2)),
  {
    name: 'a whole session deleted',
    act: ({ recordingsDirectory, session }) => rmSync(join(recordingsDirectory, session), { recursive: true }),
    finds: ALL,
    named: ({ session }) => `recordings/${session}`,
  },
  ...onHistory('a session deleted with its events', withoutSession),
  ...onHistory('an event edited', edited),
  ...onHistory('an event back-dated', backDated),
  {
    name: 'everything put back to an earlier state',
    act(at) {
      for (const name of ['evidence', 'recordings']) {
        rmSync(join(at.root, name), { recursive: true });
        cpSync(join(at.earlier, name), join(at.root, name), { recursive: true });
      }
    },
    // What a witness signed was put back, too; what it kept itself is such a checkpoint.
    finds: ['checkpoint'],
    named: () => 'evidence/checkpoint',
  },
];

function trustOf({ verifierKey, kept, policy: text }: Scene, held: Held) {
  if (held === 'nothing') return {};
  if (held === 'key') return { verifierKey };
  if (held === 'checkpoint') return { verifierKey, keptCheckpoints: [kept] };
  const policy = parsePolicy(text);
  if (!('witnesses' in policy)) throw new Error(`expected a policy, got ${policy.expected}`);
  return { verifierKey, policy };
}

const report = async (at: Scene, held: Held) => {
  const { evidenceDirectory, recordingsDirectory } = at;
  return verifyDataFolder({ evidenceDirectory, recordingsDirectory, ...trustOf(at, held) });
};

test('before anything was done, all of it verifies, whatever the auditor holds (R19)', async () => {
  const at = await scene();
  for (const held of EVIDENCE) expect([held, (await report(at, held)).findings]).toEqual([held, []]);
});

const titled = ATTACKS.map((attack) => [attack.name, attack.finds.join(', '), attack] as const);

test.each(titled)('%s: found by %s, and named (R19, B12)', async (_name, _finds, { act, finds, named }) => {
  const at = await scene();
  await act(at);
  for (const held of EVIDENCE) {
    const found = await report(at, held);
    const text = printReport(found, 'en');
    expect([held, found.findings.length > 0], text).toEqual([held, finds.includes(held)]);
    if (finds.includes(held)) expect(text).toContain(`\n  ${named(at, held)}`);
    // The recording that nobody touched is not blamed, unless nothing that the log says can be believed.
    if (text.includes('evidence/log.vkey')) continue;
    expect(
      found.findings.some(({ where }) => where.file.includes(at.other)),
      text,
    ).toBe(false);
  }
});

test('the command finds the same with what an auditor brings in files (R33)', async () => {
  const at = await scene();
  const [kept, policy] = [join(at.root, 'kept'), join(at.root, 'policy')];
  writeFileSync(kept, at.kept);
  writeFileSync(policy, at.policy);
  const verify = (...given: readonly string[]) => command('verify', '--data', at.root, ...given);
  expect((await verify('--policy', policy, '--checkpoint', kept)).code).toBe(EXIT.ok);
  await rewrite(at, withoutSession, at.privateKey);
  expect((await verify('--key', at.verifierKey)).code).toBe(EXIT.ok);
  const byCheckpoint = await verify('--key', at.verifierKey, '--checkpoint', kept);
  expect(byCheckpoint).toMatchObject({ code: EXIT.problem, stdout: expect.stringContaining(leavesOf()) });
  const byWitness = await verify('--policy', policy);
  expect(byWitness).toMatchObject({ code: EXIT.problem, stdout: expect.stringContaining('evidence/cosignatures') });
});
