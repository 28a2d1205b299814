// A real process that records is killed at random moments. Afterwards what a start does, then the verifier: nothing
// acknowledged is lost, nothing is called whole that is not, and what was torn is named.
//
// SLUICE_KILLS=1000 npm test -- test/faults/killed-recordings.test.ts   kills as often as that.

import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { createEvidenceLog } from '../../audit/append.ts';
import { openEvidenceFolder } from '../../audit/evidence-folder.ts';
import { openEvidencePublisher } from '../../audit/publisher.ts';
import { createLogSigner } from '../../audit/signed-note.ts';
import { readRecording } from '../../recordings/read/read-recording.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { type RecoveredTracks, recoverRecording } from '../../recordings/verify/recover-recording.ts';
import { verifyDataFolder } from '../../recordings/verify/verify-data-folder.ts';
import { systemClock } from '../../store/core/clock.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { openDatabase } from '../../store/database.ts';
import { RECORDS_KEY } from '../recordings/support.ts';
import { told } from './told-bytes.ts';

const KILLS = Number(process.env.SLUICE_KILLS ?? 60);
const LANES = 3;
/** Then a new folder: every check reads the whole log. */
const KILLS_PER_FOLDER = 10;
/** Of life after it was told where to record: from before its database is open to several sessions later. */
const LONGEST_LIFE_MS = 220;
/** Bytes the disk takes at once: with small ones most kills fall inside a frame. */
const SMALL_PIECE = 64;
const LARGEST_PIECE = 1024 * 1024;
const RECORDER = join(import.meta.dirname, 'killed-recorder.ts');
const SYSTEM = { kind: 'system' } as const;

/** What one recorder was promised. */
interface Promised {
  readonly output: Map<string, number>;
  readonly input: Map<string, number>;
  readonly sealed: Set<string>;
  checkpoint: string | undefined;
}

class Recorder {
  readonly promised: Promised = { output: new Map(), input: new Map(), sealed: new Set(), checkpoint: undefined };
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<void>();
  readonly #gone: Promise<NodeJS.Signals | null>;
  readonly #opened = Promise.withResolvers<void>();
  #trouble = '';

  constructor(cache: string) {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', RECORDER], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: cache },
    });
    this.#child = child;
    child.stdin.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#trouble += text;
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line));
    this.#gone = new Promise((resolve) => child.once('close', (_, signal) => resolve(signal)));
  }

  async recordInto(root: string, piece: number): Promise<void> {
    await this.#ready.promise;
    this.#child.stdin?.write(`${JSON.stringify({ root, piece })}\n`);
  }

  /** Its first recording has begun, or it is gone. */
  async recording(): Promise<void> {
    await Promise.race([this.#opened.promise, this.#gone]);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    // It must have been alive until then: one that died of itself proves nothing.
    expect(await this.#gone, this.#trouble).toBe('SIGKILL');
  }

  #hear(line: string): void {
    const [what = '', about = '', count] = line.split(' ');
    if (what === 'ready') this.#ready.resolve();
    if (what === 'opened') this.#opened.resolve();
    if (what === 'opened') for (const track of ['output', 'input'] as const) this.promised[track].set(about, 0);
    if (what === 'output' || what === 'input') {
      this.promised[what].set(about, Math.max(Number(count), this.promised[what].get(about) ?? 0));
    }
    if (what === 'sealed') this.promised.sealed.add(about);
    if (what === 'checkpoint') this.promised.checkpoint = Buffer.from(about, 'base64').toString('utf8');
  }
}

function newFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'sluice-kills-'));
  mkdirSync(join(root, 'recordings'));
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(root, 'log.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return root;
}

interface Counts {
  kills: number;
  sessions: number;
  torn: number;
  recovered: number;
  bytes: number;
}

/** As at every start: the log's files are repaired, then what has no end is read as far as whole frames reach. */
async function startAgain(root: string): Promise<{ verifierKey: string; recovered: Map<string, RecoveredTracks> }> {
  const signer = createLogSigner('sluice/test', createPrivateKey(readFileSync(join(root, 'log.pem'))));
  const database = await openDatabase({ kind: 'sqlite', file: join(root, 'sluice.db') });
  const folder = openEvidenceFolder(join(root, 'evidence'));
  const shared = { database, folder, signer, clock: systemClock, logger: silentLogger };
  const publisher = await openEvidencePublisher(shared);
  const log = createEvidenceLog({ clock: systemClock, origin: signer.name });
  const details = { version: '0' };
  await database.transaction((tx) => log.append(tx, { type: 'system.started', actor: SYSTEM, details }));
  const rows = await database.transaction((tx) => tx.selectFrom('evidence').select('leaf').execute());
  const ended = new Set<unknown>();
  for (const { leaf } of rows) {
    const { type, details } = JSON.parse(leaf) as { type: string; details: { session?: string } };
    if (type === 'recording.sealed' || type === 'recording.recovered') ended.add(details.session);
  }
  const recovered = new Map<string, RecoveredTracks>();
  for (const session of readdirSync(join(root, 'recordings')).filter((name) => !ended.has(name))) {
    const tracks = await recoverRecording(join(root, 'recordings', session));
    if (tracks === undefined) throw new Error('expected what is listed to be there');
    recovered.set(session, tracks);
    const details = { session, tracks };
    await database.transaction((tx) => log.append(tx, { type: 'recording.recovered', actor: SYSTEM, details }));
  }
  await publisher.stop();
  await database.close();
  return { verifierKey: signer.verifierKey, recovered };
}

async function recorded(directory: string): Promise<{ output: Buffer; input: Buffer }> {
  const pieces = { output: [] as Buffer[], input: [] as Buffer[] };
  for await (const event of readRecording(directory, (header) => unwrapTrackKey(RECORDS_KEY, header))) {
    if (event.kind === 'output' || event.kind === 'input') pieces[event.kind].push(event.bytes);
  }
  return { output: Buffer.concat(pieces.output), input: Buffer.concat(pieces.input) };
}

async function checkPromises(root: string, promised: Promised, counts: Counts): Promise<void> {
  for (const session of promised.output.keys()) {
    const found = await recorded(join(root, 'recordings', session));
    for (const track of ['output', 'input'] as const) {
      const acknowledged = promised[track].get(session) ?? 0;
      expect(found[track].length, `${track} of ${session}`).toBeGreaterThanOrEqual(acknowledged);
      expect(found[track].equals(told(0, found[track].length)), `${track} of ${session}`).toBe(true);
      counts.bytes += acknowledged;
    }
    counts.sessions += 1;
  }
}

async function checkAfterKill(root: string, promised: Promised, counts: Counts): Promise<void> {
  const { verifierKey, recovered } = await startAgain(root);
  const where = { evidenceDirectory: join(root, 'evidence'), recordingsDirectory: join(root, 'recordings') };
  const keptCheckpoints = promised.checkpoint === undefined ? [] : [promised.checkpoint];
  const look = () => verifyDataFolder({ ...where, verifierKey, keptCheckpoints });
  const report = await look();
  expect(report.findings).toEqual([]);
  // What was promised to be sealed is; what is not is never counted among it.
  for (const session of recovered.keys()) expect(promised.sealed.has(session)).toBe(false);
  expect(report.recordings.open).toBe(0);
  await checkPromises(root, promised, counts);
  for (const [session, tracks] of recovered) {
    counts.recovered += 1;
    for (const track of [tracks.screen, tracks.keys]) if (track?.tail) counts.torn += 1;
    const file = join(root, 'recordings', session, 'screen.track');
    if ((tracks.screen?.bytes ?? 0) === 0 && !tracks.screen?.tail) continue;
    // The same folder short of one byte is not whole, and the file is named.
    const bytes = readFileSync(file);
    truncateSync(file, statSync(file).size - 1);
    const cut = await look();
    expect(cut.findings.map((finding) => finding.where.file)).toContain(`recordings/${session}/screen.track`);
    writeFileSync(file, bytes);
  }
  counts.kills += 1;
}

function tell(counts: Counts): void {
  process.stdout.write(`${JSON.stringify(counts)}\n`);
}

async function lane(kills: number, cache: string, counts: Counts): Promise<void> {
  let root = newFolder();
  let next = new Recorder(cache);
  for (let nth = 1; nth <= kills; nth += 1) {
    const recorder = next;
    await recorder.recordInto(root, nth % 3 === 0 ? LARGEST_PIECE : SMALL_PIECE);
    // Every other one is left alone until it has something to lose.
    if (nth % 2 === 0) await recorder.recording();
    // A kill comes when it comes: this is the one place that waits for time to pass.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_LIFE_MS));
    await recorder.kill();
    next = new Recorder(cache);
    await checkAfterKill(root, recorder.promised, counts);
    // A long run that is broken off has still shown so much.
    if (process.env.SLUICE_KILLS !== undefined && counts.kills % 50 === 0) tell(counts);
    if (nth % KILLS_PER_FOLDER !== 0) continue;
    rmSync(root, { recursive: true, force: true });
    root = newFolder();
  }
  await next.kill();
  rmSync(root, { recursive: true, force: true });
}

test(`${KILLS} kills at random moments lose no acknowledged byte, and nothing torn is called whole (R18, R19, B11)`, {
  // Somebody may run a thousand beside other work, at the lowest priority.
  timeout: 60_000 + KILLS * 10_000,
}, async () => {
  const counts: Counts = { kills: 0, sessions: 0, torn: 0, recovered: 0, bytes: 0 };
  const cache = mkdtempSync(join(tmpdir(), 'sluice-cache-'));
  await Promise.all(Array.from({ length: LANES }, () => lane(Math.ceil(KILLS / LANES), cache, counts)));
  rmSync(cache, { recursive: true, force: true });
  expect(counts.kills).toBeGreaterThanOrEqual(KILLS);
  // The kills fell into recordings, not beside them.
  expect(counts.recovered).toBeGreaterThan(KILLS / 4);
  expect(counts.sessions).toBeGreaterThan(KILLS / 4);
  // And some of them into a frame.
  expect(counts.torn).toBeGreaterThan(KILLS / 30);
  if (process.env.SLUICE_KILLS !== undefined) tell(counts);
});
