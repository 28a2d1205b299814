// `sluice serve`: runs an installation until it is interrupted.

import { systemClock } from '../../store/core/clock.ts';
import { createLogger } from '../../store/core/logger.ts';
import { dataFolder, loadKeys, loadSettings, makeMissingHostKeys } from './data-folder.ts';
import type { Flags } from './flags.ts';
import { portFlag, portOverrides } from './port-flag.ts';
import { interrupted, run } from './running.ts';
import { EXIT } from './usage.ts';

export async function runServe({ values }: Flags): Promise<number> {
  const folder = dataFolder(values.data ?? 'data');
  const overrides = portOverrides(portFlag('http', values.http), portFlag('ssh', values.ssh));
  const settings = loadSettings(folder, overrides);
  makeMissingHostKeys(folder);
  const logger = createLogger('sluice', 'info', folder.log);
  // From here on: a signal while it starts stops it in good order, once it has started.
  const asked = interrupted();
  const running = await run({ folder, settings, keys: loadKeys(folder), clock: systemClock, logger }, false);
  process.stdout.write(
    `Sluice 闸口 serves ${running.web}\nthe SSH port opens while an approved ticket is in its window\n`,
  );
  await asked;
  process.stdout.write('stopping: closing every session\n');
  await running.stop();
  return EXIT.ok;
}
