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

/** With each `matter about outcome`, once. */
export interface Told extends Judged {
  readonly judged: readonly string[];
}

/** `policy`, `certificate`: files. */
export async function bothSay(bundle: string, policy?: string, certificate?: string): Promise<Judged> {
  const { verdict, findings } = await bothTell(bundle, policy, certificate);
  return { verdict, findings };
}

/** The same, and what they say of every duty. */
export async function bothTell(bundle: string, policy?: string, certificate?: string): Promise<Told> {
  const ours = await judged(bundle, policy, certificate);
  expect(judgedInPython(bundle, policy, certificate)).toEqual(ours);
  return ours;
}

async function judged(bundle: string, policy?: string, certificate?: string): Promise<Told> {
  const { verdict, findings, story } = await verifyBundle(
    bundle,
    policy === undefined ? undefined : readPolicy(policy),
    certificate === undefined ? undefined : [new X509Certificate(readFileSync(certificate))],
  );
  const matters = story?.matters.map(({ matter, about, outcome }) => `${matter} ${about} ${outcome}`) ?? [];
  return {
    verdict,
    findings: [...new Set(findings.map(({ code, about }) => `${code} ${about}`))].sort(),
    judged: [...new Set(matters)].sort(),
  };
}

function judgedInPython(bundle: string, policy = '-', certificate?: string): Told {
  const args = [bundle, policy, ...(certificate === undefined ? [] : [certificate])];
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-B', PYTHON, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const said = JSON.parse(stdout) as { verdict: string; findings: string[][]; judged: string[][] };
  const lines = (rows: readonly string[][]) => rows.map((each) => each.join(' ')).sort();
  return { verdict: said.verdict, findings: lines(said.findings), judged: lines(said.judged) };
}
