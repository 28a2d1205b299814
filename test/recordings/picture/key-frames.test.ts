// Key frames against a straight replay from the first byte: wherever one says that it is exact, the screen is the same
// (R17, R23), over real sessions and generated ones.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPicture, type Spacing } from '../../../recordings/picture/build-picture.ts';
import { Emulator } from '../../../recordings/picture/emulator.ts';
import { openPicture } from '../../../recordings/picture/picture-file.ts';
import { parseIndex, parseKeyFrame } from '../../../recordings/picture/picture-index.ts';
import { screenDifference } from '../../../recordings/picture/screen-difference.ts';
import { seek } from '../../../recordings/picture/seek.ts';
import { watchedBuild } from '../../../recordings/picture/watched-build.ts';
import { coreState } from '../../../recordings/picture/xterm-core.ts';
import { TrackCursor } from '../../../recordings/read/track-cursor.ts';
import { trackPath } from '../../../recordings/storage/recording-directory.ts';
import { systemClock } from '../../../store/core/clock.ts';
import type { Secret } from '../../../store/core/secret.ts';
import { recordedShell, screenKey } from '../commands/recorded-shell.ts';
import { FINISHED, stage } from '../support.ts';
import { targetOutput } from './streams.ts';

interface Recorded {
  readonly directory: string;
  readonly dataKey: Secret;
}

const CLOSE: Spacing = { bytes: 300, frames: 5 };
const pathOf = ({ directory }: Recorded) => join(directory, '..', 'derived', 'screen.picture');

function build(recorded: Recorded, every: Spacing, more: { skip?: ReadonlySet<number>; onFrame?: () => void } = {}) {
  const { directory, dataKey } = recorded;
  const path = pathOf(recorded);
  return buildPicture({
    directory,
    dataKey,
    path,
    bareLineFeeds: false,
    skip: new Set(),
    onFrame: () => {},
    every,
    ...more,
  });
}

async function record(pieces: readonly (Buffer | { columns: number; rows: number })[]): Promise<Recorded> {
  const { directory, open, clock } = stage();
  const recording = await open();
  for (const piece of pieces) {
    clock.advance(10);
    await (Buffer.isBuffer(piece) ? recording.output(piece) : recording.resize(piece.columns, piece.rows));
  }
  await recording.seal(FINISHED);
  return { directory, dataKey: await screenKey(directory) };
}

/** Compares each key frame with a straight replay; answers how many there were and how many were exact. */
async function compare(recorded: Recorded) {
  const picture = await openPicture(pathOf(recorded), recorded.dataKey);
  const entries = parseIndex(picture?.index)?.entries ?? [];
  const cursor = await TrackCursor.open(trackPath(recorded.directory, 'screen'), () => recorded.dataKey);
  const straight = new Emulator({ columns: 80, rows: 24 }, false);
  let exact = 0;
  for (const entry of entries) {
    while (cursor !== undefined && cursor.place.frame < entry.screen.frame) {
      const event = await cursor.nextEvent();
      if (event?.kind === 'output') await straight.output(event.bytes);
      if (event?.kind === 'resize') await straight.resize(event);
    }
    expect(entry.screen).toEqual(cursor?.place);
    const snapshot = parseKeyFrame(await picture?.keyFrame(entry.record))?.snapshot;
    if (snapshot === undefined) throw new Error('expected a snapshot');
    const again = await Emulator.restored(snapshot, false);
    const difference = screenDifference(coreState(straight.terminal), coreState(again.terminal));
    if (entry.exact) expect(difference).toBeUndefined();
    expect(again.held).toEqual(straight.held);
    exact += entry.exact ? 1 : 0;
    again.dispose();
  }
  straight.dispose();
  await Promise.all([cursor?.close(), picture?.close()]);
  return { all: entries.length, exact };
}

const tmux = (...args: string[]) => execFileSync('tmux', ['-L', 'key-frames', ...args]);
const LONG = Array.from({ length: 300 }, (_, n) => `\x1b[3${n % 8}m第 ${n} 行 line ${n}\x1b[m`).join('\n');

const SESSIONS: readonly (readonly [
  string,
  readonly string[],
  string,
  (type: (keys: string, sees?: RegExp) => Promise<void>) => Promise<void>,
])[] = [
  [
    'vim',
    ['vim', '-u', 'NONE', '-N', 'text'],
    'text',
    async (type) => {
      await type('\x06', /\d/);
      await type('\x06', /\d/);
      await type('\x1b:vsplit\r', /\d/);
      await type('\x1b:q!\r\x1b:q!\r');
    },
  ],
  [
    'less',
    ['less', '-R', 'text'],
    'text',
    async (type) => {
      await type(' ', /\d/);
      await type(' ', /\d/);
      await type('q');
    },
  ],
  ['top', ['top', '-d', '0.2', '-n', '4'], 'text', async () => {}],
  [
    'tmux',
    ['tmux', '-f', '/dev/null', '-L', 'key-frames', 'new', 'cat text; read x'],
    'text',
    async (type) => {
      tmux('split-window');
      tmux('send-keys', 'seq 1 200', 'Enter');
      await type('', /200/);
      tmux('kill-server');
    },
  ],
  ['colours and Chinese', ['cat', 'text'], 'text', async () => {}],
];

describe('real sessions: each key frame that is exact is the screen of a straight replay (R17)', () => {
  test.each(SESSIONS)('%s', async (_, program, file, act) => {
    const shell = await recordedShell(program, {}, { [file]: LONG });
    await shell.sees(/\d/);
    await act((keys, sees) => {
      shell.paste(keys);
      return sees === undefined ? Promise.resolve() : shell.sees(sees);
    });
    const recorded = await shell.sealed();
    await build(recorded, CLOSE);
    const { all, exact } = await compare(recorded);
    expect(all).toBeGreaterThan(0);
    // Where in a redraw a key frame falls is chance, and a few such screens have no exact drawing.
    expect(exact / all).toBeGreaterThanOrEqual(0.5);
  });
});

test('generated sessions, cut anywhere, with changes of size (R17)', async () => {
  const size = fc.record({ columns: fc.integer({ min: 2, max: 100 }), rows: fc.integer({ min: 2, max: 40 }) });
  const cut = fc.tuple(targetOutput, fc.nat()).map(([bytes, at]) => {
    const place = at % (bytes.length + 1);
    return [bytes.subarray(0, place), bytes.subarray(place)];
  });
  let [all, exact] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 5, arbitrary: cut }, { weight: 1, arbitrary: size.map((one) => [one]) }), {
        minLength: 3,
        maxLength: 8,
      }),
      async (pieces) => {
        const recorded = await record(pieces.flat());
        await build(recorded, { bytes: 100, frames: 2 });
        const counts = await compare(recorded);
        all += counts.all;
        exact += counts.exact;
      },
    ),
    { numRuns: 40 },
  );
  expect(exact / all).toBeGreaterThan(0.85);
}, 120_000);

test('building that was interrupted goes on, and comes to the same', async () => {
  const pieces = Array.from({ length: 60 }, (_, n) => Buffer.from(`\x1b[3${n % 8}mline ${n}\r\n`));
  const [one, other] = [await record(pieces), await record(pieces)];
  await build(one, CLOSE);
  let frames = 0;
  const stopped = build(other, CLOSE, {
    onFrame: () => {
      frames += 1;
      if (frames === 33) throw new Error('the power went');
    },
  });
  await expect(stopped).rejects.toThrow('the power went');
  let again = 0;
  await build(other, CLOSE, {
    onFrame: () => {
      again += 1;
    },
  });
  expect(again).toBeLessThan(40);
  expect(await compare(other)).toEqual(await compare(one));
});

test('a jump leads to the last exact key frame, and nowhere without one', async () => {
  const recorded = await record(Array.from({ length: 100 }, (_, n) => Buffer.from(`line ${n}\r\n`)));
  expect(await seek(pathOf(recorded), recorded.dataKey, 500)).toBeUndefined();
  await build(recorded, CLOSE);
  expect(await seek(pathOf(recorded), recorded.dataKey, 10)).toBeUndefined();
  const found = await seek(pathOf(recorded), recorded.dataKey, 505);
  expect(found?.entry.exact).toBe(true);
  expect(found?.entry.screen.microseconds).toBeLessThanOrEqual(505_000);
  expect(found?.entry.screen.microseconds).toBeGreaterThan(400_000);
  expect(found?.snapshot.paint.toString()).toContain('line 4');
});

test('a picture file that was changed, or is of another recording, is none', async () => {
  const [one, other] = [await record([Buffer.from('a'.repeat(1000))]), await record([Buffer.from('b'.repeat(1000))])];
  for (const each of [one, other]) await build(each, { bytes: 10, frames: 1 });
  expect(await seek(pathOf(one), one.dataKey, 1000)).toBeDefined();
  expect(await seek(pathOf(one), other.dataKey, 1000)).toBeUndefined();
  writeFileSync(pathOf(one), 'nothing of the kind');
  expect(await seek(pathOf(one), one.dataKey, 1000)).toBeUndefined();
});

describe('the watchdog (B9)', () => {
  const hanging = new URL('./hanging-worker.mjs', import.meta.url);

  test('a frame the emulator does not come to an end with is left out the next time', async () => {
    const { directory, dataKey } = await record([Buffer.from('x')]);
    const built = watchedBuild({
      directory,
      dataKey,
      path: 'frame-3',
      bareLineFeeds: false,
      clock: systemClock,
      patienceMs: 3000,
      program: hanging,
    });
    expect(await built).toEqual({ built: true, skipped: [3] });
  });

  test('what was left out shows: nothing after it is called exact', async () => {
    const recorded = await record(Array.from({ length: 20 }, (_, n) => Buffer.from(`line ${n}\r\n`)));
    await build(recorded, { bytes: 1, frames: 1 }, { skip: new Set([10]) });
    const picture = await openPicture(pathOf(recorded), recorded.dataKey);
    const entries = parseIndex(picture?.index)?.entries ?? [];
    await picture?.close();
    expect(entries.map(({ screen, exact, gap }) => [exact, gap, screen.frame > 10])).toEqual(
      entries.map(({ screen }) => (screen.frame > 10 ? [false, true, true] : [true, false, false])),
    );
  });

  test('the real thread builds what building here does', async () => {
    const recorded = await record(Array.from({ length: 50 }, (_, n) => Buffer.alloc(20_000, `${n} 闸口 `)));
    const { directory, dataKey } = recorded;
    const end = await watchedBuild({
      directory,
      dataKey,
      path: pathOf(recorded),
      bareLineFeeds: false,
      clock: systemClock,
    });
    expect(end).toEqual({ built: true, skipped: [] });
    expect((await compare(recorded)).exact).toBeGreaterThan(0);
  });
});
