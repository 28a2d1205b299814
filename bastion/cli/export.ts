// `sluice export`: writes an evidence bundle out of a data folder, beside a running server or without one. What it wrote
// is verified before the command says that it is done.

import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SUMMARY_FILE } from '../../approvals/bundle/bundle-files.ts';
import { printBundle } from '../../approvals/bundle/print-bundle.ts';
import { verifyBundle } from '../../approvals/bundle/verify-bundle.ts';
import { writeBundle } from '../../approvals/bundle/write-bundle.ts';
import { createEvidenceLog, readHead } from '../../audit/append.ts';
import { type EvidenceFolder, openEvidenceFolder } from '../../audit/evidence-folder.ts';
import { followPublished } from '../../audit/follow-published.ts';
import { createLogProofs } from '../../audit/log-proofs.ts';
import { openEvidencePublisher } from '../../audit/publisher.ts';
import { createLogSigner } from '../../audit/signed-note.ts';
import { askAuthority } from '../../audit/timestamp/ask-authority.ts';
import { cosignedCheckpoint } from '../../audit/witness/cosigned-checkpoint.ts';
import type { TrustPolicy } from '../../audit/witness/trust-policy.ts';
import { systemClock } from '../../store/core/clock.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Settings } from '../../store/core/settings.ts';
import { shown } from '../../store/core/shown-text.ts';
import { openDatabase } from '../../store/database.ts';
import { locationOf } from './compose.ts';
import { type DataFolder, dataFolder, loadKeys, loadSettings } from './data-folder.ts';
import type { Flags } from './flags.ts';
import { claim, isServed } from './only-one.ts';
import { loadTimestampAuthority } from './timestamp-authority.ts';
import { EXIT } from './usage.ts';
import { loadPolicy } from './witnesses.ts';

const badUsage = defineRefusal('usage.export', 'invalid', () => ({
  zh: '请给出一个工单编号或会话编号，以及 --out 目录',
  en: 'expected one ticket or session, and --out with the folder to make',
}));

const notPublished = defineRefusal('export.not-published', 'unavailable', () => ({
  zh: '正在运行的 Sluice 没有发布日志，请查看它的日志',
  en: 'the running Sluice does not publish its evidence log; look at its own log',
}));

const notWhole = defineRefusal<{ into: string }>('export.not-whole', 'unavailable', ({ into }) => ({
  zh: `写出的 ${into} 没有通过核验，请运行 ./sluice verify 查看原因`,
  en: `what was written to ${into} does not verify; ./sluice verify says why`,
}));

/** How long a running server may take to publish, and witnesses to answer. */
const PUBLISHED_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 200;

export async function runExport({ values, positionals }: Flags): Promise<number> {
  const [what, ...more] = positionals;
  const { out } = values;
  if (what === undefined || more.length > 0 || out === undefined) throw badUsage();
  const folder = dataFolder(values.data ?? 'data');
  const settings = loadSettings(folder, {});
  const served = isServed(folder.path);
  const release = served ? () => {} : claim(folder);
  const into = resolve(out);
  try {
    await write({ folder, settings, served, what, into });
  } finally {
    release();
  }
  return report(into);
}

interface Work {
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly served: boolean;
  readonly what: string;
  readonly into: string;
}

async function write({ folder, settings, served, what, into }: Work): Promise<void> {
  const keys = loadKeys(folder);
  const signer = createLogSigner(keys.origin, keys.log);
  const evidence = openEvidenceFolder(folder.evidence);
  const policy = loadPolicy(folder, settings, signer.verifierKey);
  const database = await openDatabase(locationOf(folder, settings));
  const parts = { database, folder: evidence, clock: systemClock, logger: silentLogger };
  const publisher = served ? undefined : await openEvidencePublisher({ ...parts, signer });
  const log = followPublished(evidence, async () => publisher?.flush());
  const proofs = createLogProofs({ database, folder: evidence, publisher: log });
  try {
    const { append } = createEvidenceLog({ clock: systemClock, origin: keys.origin });
    const published = async (): Promise<string> => {
      await log.flush();
      const note = await covering(evidence, policy, await database.transaction(readHead), served);
      // Again: the proofs are made of what is published now, which covers this note.
      await log.flush();
      return note;
    };
    const stamp = stamping(folder, settings);
    const uses = { ...parts, append, evidence, proofs, recordings: folder.recordings, published, ...stamp };
    await writeBundle(uses, what, into);
  } finally {
    await publisher?.stop();
    await database.close();
  }
}

/** What has the bundle's checkpoint timestamped; a bundle is none the worse proof of the rest without. */
function stamping(
  folder: DataFolder,
  settings: Settings,
): { readonly stamp?: (note: string) => Promise<Buffer | undefined> } {
  const authority = loadTimestampAuthority(folder, settings);
  if (authority === null) return {};
  return {
    stamp: async (note) => {
      try {
        return (await askAuthority({ ...authority, random: randomBytes }, note)).token;
      } catch (error) {
        const why = shown(error instanceof Error ? error.message : String(error));
        process.stderr.write(`sluice: no timestamp of the bundle's checkpoint: ${why}\n`);
        return undefined;
      }
    },
  };
}

/** The best checkpoint over what is committed; where a server publishes, it and the witnesses are waited for. */
async function covering(
  evidence: EvidenceFolder,
  policy: TrustPolicy | null,
  { size }: { readonly size: number },
  served: boolean,
): Promise<string> {
  const within = served ? PUBLISHED_WITHIN_MS : 0;
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    const found = await cosignedCheckpoint(evidence, policy, size);
    if (found !== undefined && (found.enough || waited >= within)) return found.note;
    if (waited >= within) throw notPublished();
    await new Promise((resume) => setTimeout(resume, LOOK_EVERY_MS));
  }
}

async function report(into: string): Promise<number> {
  const found = await verifyBundle(into, undefined);
  if (!existsSync(join(into, SUMMARY_FILE))) {
    const text = [printBundle(found, 'zh'), printBundle(found, 'en')].join('\n');
    writeFileSync(join(into, SUMMARY_FILE), text, { mode: 0o600 });
  }
  if (found.verdict === 'broken') throw notWhole({ into });
  process.stdout.write(`${into}\n`);
  return EXIT.ok;
}
