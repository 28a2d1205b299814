// Silence in the log means something (R18, R19): while the controller runs, no gap between two leaves is longer.

import { expect, onTestFinished, test } from 'vitest';
import { startHeartbeat } from '../../audit/heartbeat.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { logScene } from './log-scene.ts';

async function scene() {
  const log = await logScene(2);
  const { database, append, clock, publisher } = log;
  let live = 0;
  const beats: Promise<void>[] = [];
  const stop = startHeartbeat({
    database,
    clock,
    append(tx, event) {
      const beat = append(tx, event);
      beats.push(beat);
      return beat;
    },
    logger: silentLogger,
    latest: () => publisher.checkpoint(),
    live: () => live,
  });
  onTestFinished(async () => {
    stop();
    await log.close();
  });
  return {
    ...log,
    setLive: (count: number) => {
      live = count;
    },
    /** Lets so many seconds pass, and everything that falls due be published. */
    async pass(seconds: number) {
      for (let left = seconds; left > 0; left -= 2.5) {
        clock.advance(2500);
        await database.transaction(async () => {});
        await Promise.all(beats);
        await publisher.flush();
      }
    },
    times: async (): Promise<readonly number[]> =>
      (
        await database.transaction((tx) => tx.selectFrom('evidence').select('leaf').orderBy('leaf_index').execute())
      ).map(({ leaf }) => (JSON.parse(leaf) as { at: number }).at),
    beats: () => beats.length,
  };
}

const gaps = (times: readonly number[]): number[] => times.slice(1).map((at, nth) => at - (times[nth] ?? at));

test('while a session is live, no two leaves are further apart than ten seconds (R18, R19)', async () => {
  const at = await scene();
  at.setLive(1);
  await at.pass(60);
  expect(Math.max(...gaps(await at.times()))).toBeLessThanOrEqual(10_000);
  expect(at.beats()).toBeGreaterThanOrEqual(5);
});

test('while none is, ten minutes; and where something else is said, nothing is added (R19)', async () => {
  const at = await scene();
  await at.pass(597.5);
  expect(at.beats()).toBe(0);
  await at.pass(2.5);
  expect(at.beats()).toBe(1);
  const before = at.beats();
  at.setLive(2);
  for (let nth = 0; nth < 10; nth += 1) {
    await at.grow(1);
    await at.pass(2.5);
  }
  expect(at.beats()).toBe(before);
});

test('verify says how long the longest silence was (R19)', async () => {
  const at = await scene();
  await at.pass(600);
  at.clock.advance(100_000);
  await at.grow(1);
  const { facts } = await at.verify();
  expect(facts.longestSilenceMs).toBe(600_000);
});
