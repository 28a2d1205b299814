import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkKeeping } from '../../bastion/cli/check-keeping.ts';
import { dataFolder } from '../../bastion/cli/data-folder.ts';
import { newId } from '../../store/core/ids.ts';
import { parseSettings } from '../../store/core/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NOW = Date.UTC(2026, 2, 12);

test('the check counts what is due and says when the disk runs out (R20)', async () => {
  const folder = dataFolder(temporaryFolder());
  for (const daysAgo of [399, 401]) {
    const directory = join(folder.recordings, newId('ses'));
    mkdirSync(directory, { recursive: true });
    const file = join(directory, 'screen.track');
    writeFileSync(file, 'x');
    utimesSync(file, NOW / 1000 - daysAgo * 86_400, NOW / 1000 - daysAgo * 86_400);
  }
  const roomy = await checkKeeping(folder, parseSettings({ 'recordings.reserveMiB': 1 }), NOW);
  expect(roomy.problems).toEqual([]);
  expect(roomy.lines.join('\n')).toContain('due    1 past the retention of 400 days');
  const tight = await checkKeeping(folder, parseSettings({ 'recordings.reserveMiB': 1_048_576 }), NOW);
  expect(tight.problems).toEqual([expect.stringContaining('disk space runs out')]);
});
