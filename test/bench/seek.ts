// How long a jump takes in a recording of ten hours, written as the gateway writes it on a clock that is moved.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPicture } from '../../recordings/picture/build-picture.ts';
import { picturePath } from '../../recordings/picture/picture-file.ts';
import { seek } from '../../recordings/picture/seek.ts';
import { readHeader } from '../../recordings/read/read-header.ts';
import { RecordingReader } from '../../recordings/read/recording-reader.ts';
import { trackPath } from '../../recordings/storage/recording-directory.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { FINISHED, RECORDS_KEY, stage } from '../recordings/support.ts';
import { percentile } from './statistics.ts';

const HOURS_MS = 10 * 3_600_000;
const JUMPS = 100;

/** `mebibytes` of output over ten hours. */
export async function seeking(mebibytes: number): Promise<Readonly<Record<string, number>>> {
  const root = mkdtempSync(join(tmpdir(), 'sluice-bench-seek-'));
  try {
    return await measure(root, mebibytes);
  } finally {
    rmSync(root, { recursive: true });
  }
}

async function measure(root: string, mebibytes: number): Promise<Readonly<Record<string, number>>> {
  const { directory, open, clock, session } = stage(root);
  // The clock is moved, and the disk is not: nothing is late.
  const recording = await open({ stallAfterMs: HOURS_MS * 2 });
  const frames = mebibytes * 32;
  let line = 0;
  for (let nth = 0; nth < frames; nth += 1) {
    clock.advance(HOURS_MS / frames);
    const lines: string[] = [];
    for (let bytes = 0; bytes < 32_768; line += 1) {
      const text = `\x1b[3${line % 8}m${line} 数据库日志 ${(line * 2_654_435_761) % 4_294_967_296}\x1b[m\r\n`;
      lines.push(text);
      bytes += Buffer.byteLength(text);
    }
    await recording.output(Buffer.from(lines.join('')));
  }
  await recording.seal(FINISHED);

  const header = await readHeader(trackPath(directory, 'screen'));
  if (header === undefined) throw new Error('expected a screen track');
  const dataKey = unwrapTrackKey(RECORDS_KEY, header);
  const path = picturePath(join(root, 'derived'), session);
  const began = performance.now();
  await buildPicture({ directory, dataKey, path, bareLineFeeds: false, skip: new Set(), onFrame: () => {} });
  const built = (performance.now() - began) / 1000;

  const times: number[] = [];
  for (let nth = 0; nth < JUMPS; nth += 1) times.push(await jump(((nth * 37) % JUMPS) * (HOURS_MS / JUMPS)));
  return {
    'recording of ten hours, MiB of output': mebibytes,
    'drawn for its key frames, MiB/s': mebibytes / built,
    'jump, median ms': percentile(times, 0.5),
    'jump, p99 ms': percentile(times, 0.99),
  };

  /** The key frame, and every event from there to the moment. */
  async function jump(at: number): Promise<number> {
    const from = performance.now();
    const found = await seek(path, dataKey, at);
    const keyOf = ({ track }: { track: string }) => (track === 'screen' ? dataKey : undefined);
    const reader = await RecordingReader.open(directory, keyOf, found?.entry);
    for (let event = await reader.next(); event !== undefined && event.at <= at; event = await reader.next());
    await reader.close();
    return performance.now() - from;
  }
}
