import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskUse, forecast } from '../../recordings/space/disk-forecast.ts';
import { newId } from '../../store/core/ids.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DAY = 86_400_000;
const MIB = 1024 * 1024;
const NOW = Date.UTC(2026, 2, 12);

test.each([
  ['nothing recorded', { freeBytes: 1000, recentBytes: 0, days: 28 }, { daysLeft: null, scarce: false }],
  ['a month and more', { freeBytes: 400, recentBytes: 280, days: 28 }, { daysLeft: 30, scarce: false }],
  ['less than a month', { freeBytes: 399, recentBytes: 280, days: 28 }, { daysLeft: 29, scarce: true }],
  ['under twice the reserve', { freeBytes: 199, recentBytes: 0, days: 28 }, { daysLeft: null, scarce: true }],
  ['under the reserve', { freeBytes: 50, recentBytes: 280, days: 28 }, { daysLeft: 0, scarce: true }],
  ['one day so far', { freeBytes: 500, recentBytes: 10, days: 1 }, { bytesPerDay: 10, daysLeft: 40, scarce: false }],
] as const)('of %s, the days until the reserve are counted (R20)', (_what, use, expected) => {
  expect(forecast(use, 100)).toMatchObject(expected);
});

test('what was recorded in the last four weeks counts, and only that', async () => {
  const root = temporaryFolder();
  const write = (name: string, bytes: number, daysAgo: number): void => {
    mkdirSync(join(root, name));
    const file = join(root, name, 'screen.track');
    writeFileSync(file, Buffer.alloc(bytes));
    utimesSync(file, (NOW - daysAgo * DAY) / 1000, (NOW - daysAgo * DAY) / 1000);
  };
  expect(await diskUse(root, NOW)).toMatchObject({ recentBytes: 0, days: 1 });
  write(newId('ses'), MIB, 3);
  write(newId('ses'), MIB, 9.5);
  expect(await diskUse(root, NOW)).toMatchObject({ recentBytes: 2 * MIB, days: 10 });
  write(newId('ses'), 5 * MIB, 40);
  write('not-a-session', 5 * MIB, 1);
  expect(await diskUse(root, NOW)).toMatchObject({ recentBytes: 2 * MIB, days: 28 });
});
