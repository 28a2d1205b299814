// `sluice init`: sets up a data folder and invites the three people without whom nothing opens: administrator, head and
// auditor, each by a link of their own, printed once.

import type { Founder } from '../../identity/people/people.ts';
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

const notTwoNames = defineRefusal<{ flag: string }>('usage.two-names', 'invalid', ({ flag }) => ({
  zh: `--${flag} 须写成 账号名:姓名，例如 chen-fan:陈范`,
  en: `--${flag} takes name:Their Name, such as chen-fan:陈范`,
}));

const ROLES: readonly Founder['role'][] = ['admin', 'head', 'auditor'];
const WORDS: { readonly [R in Founder['role']]: string } = {
  admin: 'administrator 系统管理员',
  head: 'head 中心负责人',
  auditor: 'auditor 审计员',
};

/** `name:Their Name`. */
function founderOf(role: Founder['role'], text: string | undefined): Founder {
  if (text === undefined) throw missing({ flag: role });
  const [name = '', ...rest] = text.split(':');
  if (rest.length === 0) throw notTwoNames({ flag: role });
  return { name, displayName: rest.join(':'), role };
}

export async function runInit({ values }: Flags): Promise<number> {
  const { 'public-url': publicUrl } = values;
  const founders = ROLES.map((role) => founderOf(role, values[role]));
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
    const invited = await installation.services.people.createFounders(founders);
    const base = settings['web.publicUrl'] ?? `http://${settings['web.host']}:${settings['web.port']}`;
    const links = invited.map(({ account: { person }, token }) => {
      const link = `${base.replace(/\/+$/, '')}/join#${token.revealText()}`;
      return `   ${WORDS[person.role as Founder['role']]}: ${person.displayName} (${person.name})\n   ${link}\n`;
    });
    process.stdout.write(`The data folder is ${folder.path}; back up its keys/ apart from the rest.
1. Start the server:  ./sluice serve --data ${folder.path}
2. Hand each of the three their own link, in person. It opens once, within 72 hours, and asks for a password and a second
   factor. No channel opens before all three have been there.

${links.join('\n')}
3. There, 人员 (People): administrator and head check each other's and the auditor's papers, and the administrator
   invites everybody else.
`);
    return EXIT.ok;
  } finally {
    await installation.publisher.stop();
    await installation.database.close();
    release();
  }
}
