// Our verifier of evidence bundles and the one in Python that shares nothing with it: they must agree on every bundle.

import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { verifyBundle } from '../../approvals/bundle/verify-bundle.ts';
import { readPolicy } from '../../bastion/cli/witnesses.ts';

const PYTHON = join(import.meta.dirname, 'verify_bundle.py');

export interface Judged {
  readonly verdict: string;
  /** Each `code about`, once. */
  readonly findings: readonly string[];
}

/** `policy`, `certificate`: files. */
export async function bothSay(bundle: string, policy?: string, certificate?: string): Promise<Judged> {
  const ours = await judged(bundle, policy, certificate);
  expect(judgedInPython(bundle, policy, certificate)).toEqual(ours);
  return ours;
}

async function judged(bundle: string, policy?: string, certificate?: string): Promise<Judged> {
  const { verdict, findings } = await verifyBundle(
    bundle,
    policy === undefined ? undefined : readPolicy(policy),
    certificate === undefined ? undefined : [new X509Certificate(readFileSync(certificate))],
  );
  return { verdict, findings: [...new Set(findings.map(({ code, about }) => `${code} ${about}`))].sort() };
}

function judgedInPython(bundle: string, policy = '-', certificate?: string): Judged {
  const args = [bundle, policy, ...(certificate === undefined ? [] : [certificate])];
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', [PYTHON, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const { verdict, findings } = JSON.parse(stdout) as { verdict: string; findings: [string, string][] };
  return { verdict, findings: findings.map((each) => each.join(' ')).sort() };
}
