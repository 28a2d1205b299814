// `sluice serve` with a clock that runs ahead: an installation made with such a clock goes on under it.

import { dataFolder, loadKeys, loadSettings } from '../../bastion/cli/data-folder.ts';
import { interrupted, run } from '../../bastion/cli/running.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { ShiftedClock } from './shifted-clock.ts';

const [path = '', ahead = '0'] = process.argv.slice(2);
const folder = dataFolder(path);
const clock = new ShiftedClock();
clock.push(Number(ahead));
const running = await run(
  { folder, settings: loadSettings(folder, {}), keys: loadKeys(folder), clock, logger: silentLogger },
  false,
);
process.stdout.write(`serves ${running.web}\n`);
await interrupted();
await running.stop();
process.exit(0);
