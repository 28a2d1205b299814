// No record, no port: every fault of a disk, at every step of the test that stands before listening.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testRecorder } from '../../bastion/gateway/session/recorder-self-test.ts';
import { createSystemDisk, type Disk } from '../../recordings/write/disk.ts';
import { errorOf, faultyDisk } from '../recordings/faulty-disk.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function place() {
  const root = join(temporaryFolder(), 'recordings');
  mkdirSync(root);
  return { root, clock: new ManualClock() };
}

test('a recorder that records passes, and leaves nothing behind (R18)', async () => {
  const { root, clock } = place();
  mkdirSync(join(root, 'self-test-ses_of-a-kill'));
  await testRecorder({ root, clock, disk: createSystemDisk() });
  expect(readdirSync(root)).toEqual([]);
});

test('every step that fails keeps the port closed and says why (R18, B11)', async () => {
  const inner = createSystemDisk();
  let steps = 0;
  for (let nth = 1; ; nth += 1) {
    const { root, clock } = place();
    const disk = faultyDisk(inner, nth, 'failed', errorOf('EIO'));
    const outcome = await testRecorder({ root, clock, disk }).then(
      () => 'passed',
      (error: { code: string; sentence: { en: string } }) => `${error.code} ${error.sentence.en}`,
    );
    if (disk.steps() < nth) break;
    steps += 1;
    expect(outcome, `step ${nth}`).toMatch(/^recorder\.self-test the recorder's self-test failed/);
    expect(readdirSync(root)).toEqual([]);
  }
  // Opening, headers, frames, ends, syncs and closes of three files.
  expect(steps).toBeGreaterThan(12);
});

test('a disk that answers well and keeps something else is found (B11)', async () => {
  const { root, clock } = place();
  const inner = createSystemDisk();
  const disk: Disk = {
    ...inner,
    write(file, bytes, offset, done) {
      const other = Buffer.from(bytes);
      if (other.length > 300) other.writeUInt8((other.at(-100) ?? 0) ^ 1, other.length - 100);
      inner.write(file, other, offset, done);
    },
  };
  await expect(testRecorder({ root, clock, disk })).rejects.toMatchObject({ code: 'recorder.self-test' });
});

test('recordings that are no folder keep the port closed (R18)', async () => {
  const file = join(temporaryFolder(), 'recordings');
  writeFileSync(file, '');
  const parts = { clock: new ManualClock(), disk: createSystemDisk() };
  for (const root of [file, join(file, 'below')]) {
    await expect(testRecorder({ ...parts, root })).rejects.toMatchObject({ code: 'recorder.self-test' });
  }
});
