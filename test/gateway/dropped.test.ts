// Connections that were not let in are on record, once a minute (R40).

import { expect, test } from 'vitest';
import { DroppedConnections } from '../../bastion/gateway/front/dropped.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { ManualClock } from '../support/manual-clock.ts';

function counting() {
  const clock = new ManualClock();
  const told: { readonly drops: readonly { source: string; cause: string; count: number }[] }[] = [];
  const controller = {
    call: async (_name: string, params: never) => {
      told.push(params);
      return {};
    },
  };
  return {
    clock,
    told,
    dropped: new DroppedConnections({ controller: controller as never, clock, logger: silentLogger }),
  };
}

test('a hundred thousand knocks are one event a minute, by source and cause', () => {
  const { clock, told, dropped } = counting();
  for (let knock = 0; knock < 100_000; knock += 1) dropped.count('198.51.100.7', 'source-not-named');
  dropped.count('192.0.2.1', 'too-many');
  clock.advance(60_000);
  expect(told).toEqual([
    {
      drops: [
        { source: '198.51.100.7', cause: 'source-not-named', count: 100_000 },
        { source: '192.0.2.1', cause: 'too-many', count: 1 },
      ],
    },
  ]);
  clock.advance(600_000);
  expect(told).toHaveLength(1);
  dropped.count('192.0.2.1', 'too-slow');
  clock.advance(60_000);
  expect(told[1]).toEqual({ drops: [{ source: '192.0.2.1', cause: 'too-slow', count: 1 }] });
});

test('sources beyond counting are counted together', () => {
  const { clock, told, dropped } = counting();
  for (let host = 0; host < 5000; host += 1) dropped.count(`2001:db8::${host.toString(16)}`, 'source-not-named');
  clock.advance(60_000);
  const drops = told[0]?.drops ?? [];
  expect(drops.length).toBeLessThan(64);
  expect(drops.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
  expect(drops.at(-1)).toEqual({ source: 'others', cause: 'source-not-named', count: 5000 - 32 });
});
