// `sluice verify`: checks a data folder, or a copy of it, from its files alone. It needs no key and no running Sluice.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_FILE } from '../../approvals/bundle/bundle-files.ts';
import { printBundle } from '../../approvals/bundle/print-bundle.ts';
import { verifyBundle } from '../../approvals/bundle/verify-bundle.ts';
import type { VerifyLogInput } from '../../audit/verify-log.ts';
import { printReport } from '../../recordings/verify/print-report.ts';
import { verifyDataFolder } from '../../recordings/verify/verify-data-folder.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Flags } from './flags.ts';
import { isServed } from './only-one.ts';
import { readGiven } from './read-given.ts';
import { readCertificates } from './timestamp-authority.ts';
import { EXIT } from './usage.ts';
import { readPolicy } from './witnesses.ts';

const nothingThere = defineRefusal<{ path: string }>('verify.absent', 'absent', ({ path }) => ({
  zh: `${path} 里没有 evidence 目录，无从核验`,
  en: `${path} has no evidence folder, so there is nothing to verify`,
}));

const noBundle = defineRefusal<{ path: string }>('verify.no-bundle', 'absent', ({ path }) => ({
  zh: `${path} 不是证据包：其中没有 bundle.json`,
  en: `${path} is no evidence bundle: there is no bundle.json in it`,
}));

const oneThing = defineRefusal('usage.verify', 'invalid', () => ({
  zh: '请给出一个证据包，或 --data 目录，不能两者都给',
  en: 'expected one bundle, or --data with a folder, not both',
}));

export async function runVerify({ values, positionals }: Flags): Promise<number> {
  const [bundle, ...more] = positionals;
  if (more.length > 0 || (bundle !== undefined && values.data !== undefined)) throw oneThing();
  return bundle === undefined ? verifyData(values) : verifyOneBundle(bundle, values);
}

async function verifyOneBundle(bundle: string, { policy, 'timestamp-ca': ca }: Flags['values']): Promise<number> {
  if (!existsSync(join(bundle, BUNDLE_FILE))) throw noBundle({ path: bundle });
  const report = await verifyBundle(
    bundle,
    policy === undefined ? undefined : readPolicy(policy),
    ca === undefined ? undefined : readCertificates(ca),
  );
  process.stdout.write(printBundle(report, language()));
  return { anchored: EXIT.ok, consistent: EXIT.unanchored, broken: EXIT.problem }[report.verdict];
}

async function verifyData(values: Flags['values']): Promise<number> {
  const path = values.data ?? 'data';
  const evidenceDirectory = join(path, 'evidence');
  if (!existsSync(evidenceDirectory)) throw nothingThere({ path });
  const trust = trustOf(values);
  const look = () =>
    verifyDataFolder({
      evidenceDirectory,
      recordingsDirectory: join(path, 'recordings'),
      ...trust,
    });
  let report = await look();
  // Files that are being written look unfinished for a moment; what is wrong with them stays wrong.
  if (report.findings.length > 0 && isServed(path)) report = await look();
  process.stdout.write(printReport(report, language()));
  return report.findings.length === 0 ? EXIT.ok : EXIT.problem;
}

function language(): 'zh' | 'en' {
  return /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '') ? 'zh' : 'en';
}

/** What is known from elsewhere: a key, witnesses, a checkpoint. */
function trustOf({
  key,
  policy: file,
  checkpoint,
  'timestamp-ca': ca,
}: Flags['values']): Omit<VerifyLogInput, 'directory' | 'onEvent'> {
  const policy = file === undefined ? undefined : readPolicy(file);
  const [log, ...others] = policy?.logs ?? [];
  const verifierKey = key ?? (others.length === 0 ? log?.verifierKey : undefined);
  return {
    ...(verifierKey === undefined ? {} : { verifierKey }),
    ...(policy === undefined ? {} : { policy }),
    ...(ca === undefined ? {} : { timestampAuthorities: readCertificates(ca) }),
    ...(checkpoint === undefined ? {} : { keptCheckpoints: [readGiven(checkpoint)] }),
  };
}
