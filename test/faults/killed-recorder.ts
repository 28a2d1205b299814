// A process to be killed: it records sessions on the real disk and appends to a real log, one session after another,
// until somebody stops it. It says on its standard output what it was promised, each line after the promise and in one
// write: whoever reads it knows what must be there.

import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createEvidenceLog } from '../../audit/append.ts';
import type { EvidenceEvent } from '../../audit/event.ts';
import { openEvidenceFolder } from '../../audit/evidence-folder.ts';
import { openEvidencePublisher } from '../../audit/publisher.ts';
import { createLogSigner } from '../../audit/signed-note.ts';
import { createRecordingKeys } from '../../recordings/storage/recording-keys.ts';
import { createSystemDisk, type Disk } from '../../recordings/write/disk.ts';
import { openRecording } from '../../recordings/write/open-recording.ts';
import { systemClock } from '../../store/core/clock.ts';
import { newId } from '../../store/core/ids.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { Secret } from '../../store/core/secret.ts';
import { openDatabase } from '../../store/database.ts';
import { told } from './told-bytes.ts';

const RECORDS_KEY = Secret.ofBytes(Buffer.alloc(32, 7));
const SYSTEM = { kind: 'system' } as const;
const say = (...words: readonly (string | number)[]): void => void writeSync(1, `${words.join(' ')}\n`);

/** A disk that takes only so much at once: a frame is on it in many writes, and a kill falls between two of them. */
function inPieces(disk: Disk, most: number): Disk {
  return {
    ...disk,
    write: (file, bytes, offset, done) => disk.write(file, bytes.subarray(0, offset + most), offset, done),
  };
}

async function record(root: string, piece: number): Promise<never> {
  const signer = createLogSigner('sluice/test', createPrivateKey(readFileSync(join(root, 'log.pem'))));
  const database = await openDatabase({ kind: 'sqlite', file: join(root, 'sluice.db') });
  const log = createEvidenceLog({ clock: systemClock, origin: signer.name });
  const folder = openEvidenceFolder(join(root, 'evidence'));
  const shared = { database, folder, signer, clock: systemClock, logger: silentLogger, everyMs: 20 };
  const publisher = await openEvidencePublisher(shared);
  const append = (event: EvidenceEvent) => database.transaction((tx) => log.append(tx, event));
  for (;;) {
    const session = newId('ses');
    const recording = await openRecording({
      directory: join(root, 'recordings', session),
      session,
      keys: await createRecordingKeys(RECORDS_KEY, session, null),
      clock: systemClock,
      disk: inPieces(createSystemDisk(), piece),
      meta: {},
      terminal: { columns: 80, rows: 24 },
      files: false,
      reserveBytes: 0,
      syncEveryMs: 5,
    });
    await append({ type: 'recording.opened', actor: SYSTEM, details: { session, heads: recording.heads() } });
    say('opened', session);
    const given = { output: 0, input: 0 };
    const tell = async (track: 'output' | 'input', length: number): Promise<void> => {
      const from = given[track];
      given[track] += length;
      await recording[track](told(from, length));
      say(track, session, from + length);
    };
    for (let turn = 0; turn < 12; turn += 1) {
      const length = 1 + Math.floor(Math.random() ** 4 * 40_000);
      await Promise.all([tell('output', length), tell('input', 1 + (turn % 3)), tell('output', 7)]);
      if (turn % 4 !== 3) continue;
      await append({ type: 'recording.head', actor: SYSTEM, details: { session, heads: recording.heads() } });
      await publisher.flush();
      say('checkpoint', Buffer.from(publisher.checkpoint() ?? '').toString('base64'));
    }
    const { tracks } = await recording.seal({ reason: 'finished', exitStatus: 0, exitSignal: null });
    await append({ type: 'recording.sealed', actor: SYSTEM, details: { session, tracks } });
    say('sealed', session);
  }
}

// Warm until it is told where, and how much its disk takes at once.
say('ready');
createInterface({ input: process.stdin }).once('line', (line) => {
  const { root, piece } = JSON.parse(line) as { readonly root: string; readonly piece: number };
  void record(root, piece);
});
