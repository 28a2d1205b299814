// Before the port is bound: records a short session where all others are recorded, reads it back, checks the chain, opens
// every frame and compares. What cannot be recorded and read is not listened for.

import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FrameOpener } from '../../../recordings/format/frame-opener.ts';
import type { RecordingKeys, TrackKey } from '../../../recordings/format/recording-keys.ts';
import { KEY_BYTES, type TrackName, trackFile } from '../../../recordings/format/track.ts';
import { TrackScanner } from '../../../recordings/format/track-scanner.ts';
import type { Disk } from '../../../recordings/write/disk.ts';
import { openRecording } from '../../../recordings/write/open-recording.ts';
import type { TrackReach } from '../../../recordings/write/track-writer.ts';
import type { Clock } from '../../../store/core/clock.ts';
import { newId } from '../../../store/core/ids.ts';
import { defineRefusal } from '../../../store/core/refusal.ts';
import { Secret } from '../../../store/core/secret.ts';

export const SELF_TEST_REFUSED = 'recorder.self-test';

const selfTestRefused = defineRefusal<{ why: string }>(SELF_TEST_REFUSED, 'unavailable', ({ why }) => ({
  zh: `录像自检未通过，端口不打开：${why}`,
  en: `the recorder's self-test failed and the port stays closed: ${why}`,
}));

export interface SelfTestParts {
  readonly clock: Clock;
  readonly disk: Disk;
  /** The folder of all recordings. */
  readonly root: string;
}

/** Enough of each to be compressed, and to be left as it is. */
const OUTPUT = Buffer.from('the recorder records itself 录像自检\r\n'.repeat(64));
const INPUT = Buffer.from(Array.from({ length: 4096 }, (_, nth) => (nth * 197 + (nth >> 3)) & 0xff));
const PREFIX = 'self-test-';

/** Throws `recorder.self-test` unless all that was recorded can be read again, byte for byte. */
export async function testRecorder(parts: SelfTestParts): Promise<void> {
  const session = newId('ses');
  const keys = randomKeys();
  let directory: string | undefined;
  try {
    await removeOld(parts.root);
    directory = join(parts.root, `${PREFIX}${session}`);
    const recording = await openRecording({
      ...parts,
      directory,
      session,
      keys,
      meta: { purpose: 'self-test' },
      terminal: null,
      files: false,
      // Whether there is room is asked for every session, and its person is told.
      reserveBytes: 0,
      syncEveryMs: 1000,
    });
    await Promise.all([recording.output(OUTPUT), recording.input(INPUT)]);
    const { tracks } = await recording.seal({ reason: 'finished', exitStatus: 0, exitSignal: null });
    await expectTrack(join(directory, trackFile('screen')), keys.screen, tracks.screen, OUTPUT);
    await expectTrack(join(directory, trackFile('keys')), keys.keys, tracks.keys, INPUT);
  } catch (error) {
    throw selfTestRefused({ why: error instanceof Error ? error.message : String(error) });
  } finally {
    if (directory !== undefined) await rm(directory, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** What a kill in the middle of an earlier test left. */
async function removeOld(root: string): Promise<void> {
  const left = (await readdir(root)).filter((name) => name.startsWith(PREFIX));
  for (const name of left) await rm(join(root, name), { recursive: true, force: true });
}

async function expectTrack(file: string, { dataKey }: TrackKey, sealed: TrackReach, expected: Buffer): Promise<void> {
  const scanner = new TrackScanner();
  scanner.push(await readFile(file));
  const payloads: Buffer[] = [];
  for (let frame = scanner.next(); frame !== undefined; frame = scanner.next()) {
    const { header } = scanner.position();
    const payload = header && new FrameOpener(dataKey, header.hash).open(frame);
    if (payload === undefined) throw new Error(`frame ${frame.head.sequence} does not open`);
    if (frame.head.kind !== 'end') payloads.push(payload);
  }
  const { head, frames, bytes, complete } = scanner.position();
  const same = head?.toString('hex') === sealed.head && frames === sealed.frames && bytes === sealed.bytes;
  if (scanner.problemAtEnd() !== undefined || !same || !complete) throw new Error('the track is not as it was sealed');
  if (!Buffer.concat(payloads).equals(expected)) throw new Error('what was read is not what was recorded');
}

function randomKeys(): RecordingKeys {
  const key = (_: TrackName): TrackKey => ({ dataKey: Secret.ofBytes(randomBytes(KEY_BYTES)), recipients: [] });
  return { screen: key('screen'), keys: key('keys'), files: key('files') };
}
