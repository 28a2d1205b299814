// A small data folder made the way the product makes one: a log, a sealed, a recovered and an open recording.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createEvidenceLog } from '../../audit/append.ts';
import type { EvidenceEvent } from '../../audit/event.ts';
import { openEvidenceFolder } from '../../audit/evidence-folder.ts';
import { type EvidencePublisher, openEvidencePublisher } from '../../audit/publisher.ts';
import { createLogSigner } from '../../audit/signed-note.ts';
import { recoverRecording } from '../../recordings/verify/recover-recording.ts';
import type { SealedRecording } from '../../recordings/write/open-recording.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { FINISHED, type Stage, stage } from './support.ts';

export interface DataFolder {
  readonly root: string;
  readonly evidenceDirectory: string;
  readonly recordingsDirectory: string;
  readonly verifierKey: string;
  readonly privateKey: KeyObject;
  readonly clock: ManualClock;
  readonly database: Database;
  append(event: EvidenceEvent): Promise<void>;
  publisher: EvidencePublisher;
  stage(): Stage;
}

export async function emptyDataFolder(): Promise<DataFolder> {
  const root = temporaryFolder();
  const [evidenceDirectory, recordingsDirectory] = [join(root, 'evidence'), join(root, 'recordings')];
  mkdirSync(recordingsDirectory);
  const clock = new ManualClock();
  const database = await openDatabase({ kind: 'sqlite', file: join(root, 'sluice.db') });
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = createLogSigner('sluice/test', privateKey);
  const log = createEvidenceLog({ clock, origin: signer.name });
  const folder = openEvidenceFolder(evidenceDirectory);
  const publisher = await openEvidencePublisher({ database, folder, signer, clock, logger: silentLogger });
  return {
    root,
    evidenceDirectory,
    recordingsDirectory,
    verifierKey: signer.verifierKey,
    privateKey,
    clock,
    database,
    publisher,
    append: (event) => database.transaction((tx) => log.append(tx, event)),
    stage: () => stage(recordingsDirectory, clock),
  };
}

const SYSTEM = { kind: 'system' } as const;

/** Publishes a checkpoint after every few events, so that the history has several lines. */
export async function smallDataFolder(): Promise<DataFolder> {
  const folder = await emptyDataFolder();
  await folder.append({ type: 'system.started', actor: SYSTEM, details: { version: '0' } });
  await folder.publisher.flush();
  await sealedRecording(folder);
  await folder.publisher.flush();
  await recoveredRecording(folder);
  await openedRecording(folder);
  await folder.publisher.stop();
  await folder.database.close();
  return folder;
}

/** One that may move files, and so has all three tracks. */
export async function sealedRecording(folder: DataFolder): Promise<SealedRecording> {
  const { session, open } = folder.stage();
  const recording = await open({ files: true });
  await folder.append({ type: 'recording.opened', actor: SYSTEM, details: { session, heads: recording.heads() } });
  await recording.input(Buffer.from('ls\r'));
  await recording.output(Buffer.from('a.txt\r\n'));
  await recording.file({ what: 'asked', n: 1, op: 'remove', path: '/tmp/a.txt' });
  const sealed = await recording.seal(FINISHED);
  await folder.append({ type: 'recording.sealed', actor: SYSTEM, details: { session, tracks: sealed.tracks } });
  return sealed;
}

async function recoveredRecording(folder: DataFolder): Promise<void> {
  const { session, directory, open } = folder.stage();
  const recording = await open();
  await folder.append({ type: 'recording.opened', actor: SYSTEM, details: { session, heads: recording.heads() } });
  await recording.output(Buffer.from('$ '));
  appendFileSync(join(directory, 'screen.track'), Buffer.of(0, 0, 0, 30, 1));
  const tracks = await recoverRecording(directory);
  if (tracks === undefined) throw new Error('expected something to recover');
  await folder.append({ type: 'recording.recovered', actor: SYSTEM, details: { session, tracks } });
}

async function openedRecording(folder: DataFolder): Promise<void> {
  const { session, open, clock } = folder.stage();
  const recording = await open();
  await folder.append({ type: 'recording.opened', actor: SYSTEM, details: { session, heads: recording.heads() } });
  await recording.output(Buffer.from('# '));
  await recording.input(Buffer.from('x'));
  const before = recording.heads();
  clock.advance(1000);
  while (recording.heads().keys === before.keys || recording.heads().screen === before.screen) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await folder.append({ type: 'recording.head', actor: SYSTEM, details: { session, heads: recording.heads() } });
}
