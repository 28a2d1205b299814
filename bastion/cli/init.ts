// `sluice init`: sets up a data folder and makes the first administrator, whose link is printed once.

import { systemClock } from '../../store/core/clock.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { parseSettings } from '../../store/core/settings.ts';
import { compose } from './compose.ts';
import { dataFolder, isSetUp, loadKeys, loadSettings, makeMissingHostKeys, setUp } from './data-folder.ts';
import type { Flags } from './flags.ts';
import { claim } from './only-one.ts';
import { EXIT } from './usage.ts';

const missing = defineRefusal<{ flag: string }>('usage.missing', 'invalid', ({ flag }) => ({
  zh: `缺少 --${flag}`,
  en: `--${flag} is missing; ./sluice init --help says what it takes`,
}));

export async function runInit({ values }: Flags): Promise<number> {
  const { name, 'display-name': displayName, 'public-url': publicUrl } = values;
  if (name === undefined) throw missing({ flag: 'name' });
  if (displayName === undefined) throw missing({ flag: 'display-name' });
  const folder = dataFolder(values.data ?? 'data');
  const chosen = publicUrl === undefined ? {} : { web: { publicUrl } };
  // Refused before anything is made. What the folder's own settings say, which database above all, holds here, too.
  parseSettings(chosen);
  if (!isSetUp(folder)) setUp(folder, chosen);
  const settings = loadSettings(folder, publicUrl === undefined ? {} : { 'web.publicUrl': publicUrl });
  const release = claim(folder);
  makeMissingHostKeys(folder);
  const keys = loadKeys(folder);
  const installation = await compose({ folder, settings, keys, clock: systemClock, logger: silentLogger });
  try {
    const { token } = await installation.services.people.createFirstAdministrator({ name, displayName });
    const base = settings['web.publicUrl'] ?? `http://${settings['web.host']}:${settings['web.port']}`;
    process.stdout.write(`The data folder is ${folder.path}; back up its keys/ apart from the rest.
1. Start the server:                 ./sluice serve --data ${folder.path}
2. ${displayName} opens this link, once, within 72 hours, and sets a password and a second factor:
   ${base.replace(/\/+$/, '')}/join#${token.revealText()}
3. There, 人员 (People) invites the head, the auditor and everybody else, each by a link of their own.
`);
    return EXIT.ok;
  } finally {
    await installation.publisher.stop();
    await installation.database.close();
    release();
  }
}
