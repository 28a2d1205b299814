// Output that is hostile by its size alone (B9): one line without end, one control string without end. It is recorded
// byte for byte, and every way to read it comes to its end in bounded memory and goes on with what follows.
//
// SLUICE_HOSTILE_MIB=1024 npm test -- test/recordings/picture/hostile-size.test.ts   makes the line that long, and the
// string a tenth of it.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXPORT_FORMATS, type ExportFormat, exportRecording } from '../../../recordings/export/export-recording.ts';
import { buildPicture } from '../../../recordings/picture/build-picture.ts';
import { openPicture } from '../../../recordings/picture/picture-file.ts';
import { parseIndex, parseKeyFrame } from '../../../recordings/picture/picture-index.ts';
import { readTrack } from '../../../recordings/read/read-track.ts';
import { sessionDocuments } from '../../../recordings/search/session-text.ts';
import { trackPath } from '../../../recordings/storage/recording-directory.ts';
import { unwrapTrackKey } from '../../../recordings/storage/recording-keys.ts';
import { screenKey } from '../commands/recorded-shell.ts';
import { FINISHED, RECORDS_KEY, type Stage, stage } from '../support.ts';

const MIB = 1024 * 1024;
const SIZE = Number(process.env.SLUICE_HOSTILE_MIB ?? 24) * MIB;
const PIECE = 64 * 1024;
/** Of memory beyond what there was before, at any time: far less than what is read at full size. */
const MOST_MEMORY = 384 * MIB;
const AFTER = '\x18\x1b[m\r\nrm -rf /evidence\r\n';

function* filled(text: string, bytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes; at += PIECE) yield Buffer.alloc(Math.min(PIECE, bytes - at), text);
}

const HOSTILE: readonly (readonly [string, () => Iterable<Buffer>])[] = [
  ['one line', () => filled('0123456789', SIZE)],
  ['one line of wide characters', () => filled('中文', SIZE / 8)],
  [
    'a control string that ends',
    function* () {
      yield Buffer.from('\x1b]0;');
      yield* filled('t', SIZE / 10);
      yield Buffer.from('\x07');
    },
  ],
  [
    'a control string that does not end',
    function* () {
      yield Buffer.from('\x1bP');
      yield* filled('q', SIZE / 10);
    },
  ],
];

class Memory {
  readonly #before = process.memoryUsage().rss;
  #most = 0;

  look(): void {
    this.#most = Math.max(this.#most, process.memoryUsage().rss - this.#before);
  }

  get most(): number {
    this.look();
    return this.#most;
  }
}

async function record(on: Stage, bytes: Iterable<Buffer>): Promise<string> {
  const recording = await on.open();
  const sent = createHash('sha256');
  await put(Buffer.from('before\r\n'));
  for (const piece of bytes) await put(piece);
  await put(Buffer.from(AFTER));
  // Enough frames for one more key frame.
  for (let nth = 0; nth < 12; nth += 1) await put(Buffer.from(`after ${nth}\r\n`));
  await recording.seal(FINISHED);
  return sent.digest('hex');

  async function put(piece: Buffer): Promise<void> {
    sent.update(piece);
    await recording.output(piece);
  }
}

/** How long each took, milliseconds. */
async function timed(times: Map<string, number>, name: string, work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await work();
  times.set(name, Math.round(performance.now() - began));
}

async function lastPicture(on: Stage): Promise<string> {
  const dataKey = await screenKey(on.directory);
  const every = { bytes: 512 * 1024, frames: 10 };
  const path = join(on.directory, '..', 'derived', 'screen.picture');
  await buildPicture({
    directory: on.directory,
    dataKey,
    path,
    bareLineFeeds: false,
    skip: new Set(),
    onFrame() {},
    every,
  });
  const picture = await openPicture(path, dataKey);
  const last = parseIndex(picture?.index)?.entries.at(-1);
  const snapshot = last && parseKeyFrame(await picture?.keyFrame(last.record))?.snapshot;
  await picture?.close();
  expect(snapshot?.exact).toBe(true);
  return snapshot?.paint.toString() ?? '';
}

async function lastOf(on: Stage, format: ExportFormat, memory: Memory): Promise<string> {
  const session = {
    id: on.session,
    title: 'BG-20260312-01 root@web1',
    startedAt: 0,
    ended: true,
    command: null,
    terminal: { columns: 80, rows: 24 },
  };
  const source = { directory: on.directory, unwrap, commands: (async function* () {})() };
  const wish = { format, encoding: 'utf-8', language: 'en', timeZone: 'Asia/Shanghai' } as const;
  let end = '';
  for await (const piece of exportRecording(source, session, wish)) {
    end = (end + piece).slice(-PIECE);
    memory.look();
  }
  return end;
}

const unwrap = (header: Parameters<typeof unwrapTrackKey>[1]) => unwrapTrackKey(RECORDS_KEY, header);

describe(`every way to read ${SIZE / MIB} MiB that are hostile by size alone`, {
  timeout: 120_000 + SIZE / 200,
}, () => {
  test.each(HOSTILE)('%s (B9, R17)', async (name, bytes) => {
    const on = stage();
    const memory = new Memory();
    const times = new Map<string, number>();
    let sent = '';
    await timed(times, 'recorded', async () => {
      sent = await record(on, bytes());
    });
    memory.look();
    await timed(times, 'read', async () => {
      const recorded = createHash('sha256');
      for await (const event of readTrack(trackPath(on.directory, 'screen'), unwrap)) {
        if (event.kind === 'output') recorded.update(event.bytes);
        memory.look();
      }
      expect(recorded.digest('hex')).toBe(sent);
    });
    await timed(times, 'drawn', async () => {
      const paint = await lastPicture(on);
      expect(paint.includes('rm -rf /evidence')).toBe(true);
      memory.look();
    });
    for (const format of Object.keys(EXPORT_FORMATS) as ExportFormat[]) {
      await timed(times, format, async () => {
        const end = await lastOf(on, format, memory);
        if (/asciicast|text/.test(format)) expect(end.includes('rm -rf /evidence')).toBe(true);
      });
    }
    await timed(times, 'searchable', async () => {
      let text = '';
      let whole: boolean | undefined;
      for await (const item of sessionDocuments({ directory: on.directory, unwrap, command: null, commands: [] })) {
        if ('whole' in item) whole = item.whole;
        else text = (text + item.text).slice(0, PIECE);
        memory.look();
      }
      expect(text.includes('before')).toBe(true);
      // What is not looked at is said, never passed over.
      expect(whole).toBeTypeOf('boolean');
    });
    expect(memory.most).toBeLessThan(MOST_MEMORY);
    if (process.env.SLUICE_HOSTILE_MIB !== undefined) {
      process.stdout.write(
        `${name}: ${JSON.stringify(Object.fromEntries(times))} ms, ${Math.round(memory.most / MIB)} MiB more\n`,
      );
    }
  });
});
