// Everything the recorder asks of the disk, broken in every way, followed by recovery and a full verification.

import { expect, test } from 'vitest';
import { readRecording } from '../../recordings/read/read-recording.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { recoverRecording } from '../../recordings/verify/recover-recording.ts';
import { verifyDataFolder } from '../../recordings/verify/verify-data-folder.ts';
import { createSystemDisk, type Disk } from '../../recordings/write/disk.ts';
import { RecorderFailure } from '../../recordings/write/recorder-failure.ts';
import { type DataFolder, emptyDataFolder } from '../recordings/data-folder.ts';
import { DISK_FAULTS, type DiskFault, errorOf, faultyDisk } from '../recordings/faulty-disk.ts';
import { FINISHED, RECORDS_KEY, type Stage } from '../recordings/support.ts';

interface Told {
  output: string;
  input: string;
  sealed: boolean;
  opened: boolean;
  failures: unknown[];
}

const SYSTEM = { kind: 'system' } as const;

/** One session on `disk`; what it was told is noted as it is told. */
async function session(folder: DataFolder, { session, open, clock }: Stage, disk: Disk, told: Told): Promise<void> {
  const note = (error: unknown): void => {
    told.failures.push(error);
  };
  try {
    const recording = await open({ disk });
    told.opened = true;
    await folder.append({ type: 'recording.opened', actor: SYSTEM, details: { session, heads: recording.heads() } });
    const telling = (kind: 'output' | 'input') => (text: string) =>
      recording[kind](Buffer.from(text)).then(() => {
        told[kind] += text;
      }, note);
    const [output, input] = [telling('output'), telling('input')];
    await Promise.all([output('one '), input('ls'), output('two '), output('three '), input('\r')]);
    clock.advance(1000);
    await Promise.all([output('four '), input('x')]);
    await recording.notice({ zh: '还有五分钟', en: 'five minutes left' }).catch(note);
    await output('five');
    const { tracks } = await recording.seal(FINISHED);
    told.sealed = true;
    await folder.append({ type: 'recording.sealed', actor: SYSTEM, details: { session, tracks } });
  } catch (error) {
    note(error);
  }
}

async function recorded(directory: string): Promise<{ output: string; input: string }> {
  const text = { output: '', input: '' };
  for await (const event of readRecording(directory, (header) => unwrapTrackKey(RECORDS_KEY, header))) {
    if (event.kind === 'output' || event.kind === 'input') text[event.kind] += event.bytes.toString('utf8');
  }
  return text;
}

async function check(folder: DataFolder, nth: number, fault: DiskFault): Promise<Told> {
  const stage = folder.stage();
  const disk = faultyDisk(createSystemDisk(), nth, fault);
  const told: Told = { output: '', input: '', sealed: false, opened: false, failures: [] };
  await Promise.race([session(folder, stage, disk, told), disk.killed]);
  for (const failure of told.failures) expect(failure).toBeInstanceOf(RecorderFailure);
  const tracks = await recoverRecording(stage.directory);
  if (tracks?.screen && tracks.keys) {
    const text = await recorded(stage.directory);
    expect(text.output.startsWith(told.output), `told "${told.output}", in the file "${text.output}"`).toBe(true);
    expect(text.input.startsWith(told.input), `told "${told.input}", in the file "${text.input}"`).toBe(true);
  } else expect(told.opened).toBe(false);
  if (!told.sealed && tracks !== undefined) {
    const details = { session: stage.session, tracks };
    await folder.append({ type: 'recording.recovered', actor: SYSTEM, details });
  }
  return told;
}

test.each(DISK_FAULTS)(
  'after anything %s on the disk, all that was told is in the file and all verifies (R18, B11)',
  async (fault) => {
    const folder = await emptyDataFolder();
    const counting = faultyDisk(createSystemDisk(), -1, fault);
    const told: Told = { output: '', input: '', sealed: false, opened: false, failures: [] };
    await session(folder, folder.stage(), counting, told);
    expect(told).toMatchObject({ output: 'one two three four five', input: 'ls\rx', sealed: true, failures: [] });
    const steps = counting.steps();
    expect(steps).toBeGreaterThan(20);
    let survived = 0;
    for (let nth = 1; nth <= steps; nth += 1) {
      const after = await check(folder, nth, fault);
      if (after.sealed) survived += 1;
    }
    // How much is asked differs a little with timing, so the last steps may not come; almost every fault must end it.
    expect(survived).toBeLessThan(5);
    await folder.publisher.stop();
    const report = await verifyDataFolder(folder);
    expect(report.findings).toEqual([]);
    expect(report.recordings.sealed + report.recordings.recovered).toBe(report.recordings.recordings);
    await folder.database.close();
  },
);

test.each(['ENOSPC', 'EROFS', 'EIO', 'EDQUOT'])('%s ends the session at once and says so (R18, B11)', async (code) => {
  const folder = await emptyDataFolder();
  const { open, directory } = folder.stage();
  const inner = createSystemDisk();
  let broken = false;
  const recording = await open({
    disk: {
      ...inner,
      write: (file, bytes, offset, done) =>
        broken ? setImmediate(done, errorOf(code), 0) : inner.write(file, bytes, offset, done),
    },
  });
  await recording.output(Buffer.from('seen'));
  broken = true;
  const results = await Promise.allSettled([
    recording.output(Buffer.from('a')),
    recording.output(Buffer.from('b')),
    recording.input(Buffer.from('c')),
  ]);
  for (const result of results)
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'recorder.failed' } });
  expect(recording.failure.aborted).toBe(true);
  expect(recording.failure.reason).toMatchObject({ kind: 'unavailable', cause: { code } });
  await expect(recording.output(Buffer.from('later'))).rejects.toBe(recording.failure.reason);
  await expect(recording.seal(FINISHED)).rejects.toBe(recording.failure.reason);
  expect(await recorded(directory)).toEqual({ output: 'seen', input: '' });
  await folder.publisher.stop();
  await folder.database.close();
});
