// `sluice user-ca`: the lines that targets have to trust for accounts that open with certificates, and the replacement
// of the key behind them, in three steps so that nothing stops working in between. A server may be running beside it.

import { createEvidenceLog } from '../../audit/append.ts';
import { createUserCa, type UserCa } from '../../identity/certificates/user-ca.ts';
import { createVault } from '../../identity/vault/vault.ts';
import { systemClock } from '../../store/core/clock.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { openDatabase } from '../../store/database.ts';
import { locationOf } from './compose.ts';
import { dataFolder, loadKeys, loadSettings } from './data-folder.ts';
import type { Flags } from './flags.ts';
import { claim, isServed } from './only-one.ts';
import { EXIT } from './usage.ts';

const noKey = defineRefusal<{ path: string }>('user-ca.absent', 'absent', ({ path }) => ({
  zh: `${path} 还没有证书签发密钥，它在第一次启动 ./sluice serve 时生成`,
  en: `${path} has no key that signs certificates yet; the first ./sluice serve makes it`,
}));

const badWord = defineRefusal('usage.user-ca', 'invalid', () => ({
  zh: '应为 user-ca，user-ca prepare，user-ca switch 或 user-ca retire',
  en: 'expected ./sluice user-ca, user-ca prepare, user-ca switch or user-ca retire',
}));

interface Step {
  readonly act: (ca: UserCa) => Promise<void>;
  /** What comes next, for people. */
  readonly next: string;
}

const STEPS: Readonly<Record<string, Step>> = {
  prepare: {
    act: (ca) => ca.prepare(),
    next: 'put both lines on every target, then run ./sluice user-ca switch',
  },
  switch: {
    act: (ca) => ca.switch(),
    next: 'the new key signs from now on; once no old certificate is valid any more, run ./sluice user-ca retire',
  },
  retire: { act: (ca) => ca.retire(), next: 'take every other line off the targets' },
};

export async function runUserCa({ values, positionals }: Flags): Promise<number> {
  const [word, ...more] = positionals;
  const step = word !== undefined && Object.hasOwn(STEPS, word) ? STEPS[word] : undefined;
  if (more.length > 0 || (word !== undefined && step === undefined)) throw badWord();
  const folder = dataFolder(values.data ?? 'data');
  const settings = loadSettings(folder, {});
  const { vault, origin } = loadKeys(folder);
  const release = isServed(folder.path) ? () => {} : claim(folder);
  const database = await openDatabase(locationOf(folder, settings));
  try {
    const { append } = createEvidenceLog({ clock: systemClock, origin });
    const ca = createUserCa({ database, clock: systemClock, append, vault: createVault(vault) });
    await step?.act(ca);
    const keys = await ca.trusted();
    if (keys.length === 0) throw noKey({ path: folder.path });
    process.stdout.write(keys.map(({ line }) => `${line}\n`).join(''));
    if (step !== undefined) process.stderr.write(`${step.next}\n`);
    return EXIT.ok;
  } finally {
    await database.close();
    release();
  }
}
