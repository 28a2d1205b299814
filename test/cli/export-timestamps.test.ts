// Timestamps in evidence bundles: by when, by somebody else's clock, what a bundle holds was in the log. Made by OpenSSL's
// authority, judged by both verifiers.

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyBundle } from '../../approvals/bundle/verify-bundle.ts';
import { EXIT } from '../../bastion/cli/usage.ts';
import { canonicalJson } from '../../store/core/canonical-json.ts';
import { bothSay } from '../support/bundle-verifiers.ts';
import { command } from '../support/command-line.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';
import { startTimestampAuthority, type TimestampAuthority } from '../support/timestamp-authority.ts';

let site: TestInstallation;
let authority: TimestampAuthority;
let folder: string;
let whole: string;
let policy: string;
let ticket: { readonly number: string };
let exported: readonly Line[];
let nth = 0;

interface Line {
  readonly consistency: readonly string[];
  readonly note: string;
  readonly token: string;
}

const linesOf = (bundle: string): Line[] =>
  readFileSync(join(bundle, 'timestamps.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const writeLines = (bundle: string, lines: readonly Line[]): void =>
  writeFileSync(join(bundle, 'timestamps.jsonl'), lines.map((line) => `${canonicalJson({ ...line })}\n`).join(''));

const sizeOf = ({ note }: Line): number => Number(note.split('\n')[1]);

function copy(change: (lines: Line[]) => readonly Line[]): string {
  nth += 1;
  const path = join(folder, `copy-${nth}`);
  cpSync(whole, path, { recursive: true });
  writeLines(path, change(linesOf(path)));
  return path;
}

function flipped(base64: string, at: number): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
  return bytes.toString('base64');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-bundles-'));
  authority = await startTimestampAuthority('ec', mkdtempSync(join(folder, 'authority-')));
  site = await startInstallation({
    'evidence.timestampAuthority': authority.url,
    'evidence.timestampCertificates': authority.root,
  });
  ticket = await site.approvedTicket();
  await site.running.publisher.flush();
  await site.running.stamper?.look();
  const { exit } = ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', 'echo stamped'], {
    password: PASSWORD,
    code: site.code('engineer'),
  });
  await exit;
  const auditor = await site.signIn('auditor');
  // Its end reaches the controller a moment after the client.
  while ((await site.running.services.sessionLog.list(auditor, {})).some(({ endedAt }) => endedAt === null));
  whole = join(folder, 'whole');
  const made = await command('export', ticket.number, '--out', whole, '--data', site.folder.path);
  expect(made, made.stderr).toMatchObject({ code: 0, stderr: '' });
  exported = linesOf(whole);
  // On a slow machine the server's own clock may have had one more taken meanwhile.
  writeLines(whole, [exported.slice(0, 1), exported.slice(-1)].flat());
  policy = join(folder, 'keys.txt');
  writeFileSync(policy, `log ${readFileSync(join(site.folder.evidence, 'log.vkey'), 'utf8')}quorum none\n`);
});
afterAll(async () => {
  await site.stop();
  await authority.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a bundle has the first timestamp of each event, and one of its own checkpoint (R19, R33)', async () => {
  const checkpoint = readFileSync(join(whole, 'checkpoint'), 'utf8').split('\n');
  expect(exported.at(-1)?.note.split('\n').slice(0, 3)).toEqual(checkpoint.slice(0, 3));
  const indices = readFileSync(join(whole, 'events.jsonl'), 'utf8')
    .match(/(?<="index":)\d+(?=,"leaf")/g)
    ?.map(Number);
  const sizes = exported.map(sizeOf);
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes).toEqual([...new Set(indices?.map((index) => sizes.find((size) => size > index)))]);
  expect(await bothSay(whole, policy)).toEqual({ verdict: 'anchored', findings: [] });
  expect(await bothSay(whole, policy, authority.root)).toEqual({ verdict: 'anchored', findings: [] });
  expect(await bothSay(whole)).toEqual({ verdict: 'consistent', findings: [] });
});

test('it says in words what they prove, for whom, and what they do not (R33)', async () => {
  const known = await command('verify', whole, '--policy', policy, '--timestamp-ca', authority.root);
  expect(known.code).toBe(EXIT.ok);
  const all = readFileSync(join(whole, 'events.jsonl'), 'utf8').trimEnd().split('\n').length;
  expect(known.stdout).toMatch(/timestamp by CN=tsa: the first \d+ events here were in the log by 20/);
  expect(known.stdout).toContain(`timestamp by CN=tsa: the first ${all} events here were in the log by 20`);
  expect(known.stdout).toContain('a timestamp says by when, not since when');
  expect(known.stdout).not.toContain('--timestamp-ca');
  const unknown = await command('verify', whole, '--policy', policy);
  expect(unknown.stdout).toContain('timestamp by CN=tsa (its certificate was not checked)');
  expect(unknown.stdout).toContain('give the certificate you trust with --timestamp-ca');
});

test('by an authority that is not the trusted one they are found (R19)', async () => {
  const findings = ['timestamp timestamps.jsonl:1', 'timestamp timestamps.jsonl:2'];
  expect(await bothSay(whole, policy, authority.stranger)).toEqual({ verdict: 'broken', findings });
  const told = await command('verify', whole, '--policy', policy, '--timestamp-ca', authority.stranger);
  expect(told.code).toBe(EXIT.problem);
  expect(told.stdout).not.toContain('timestamp by');
});

test('without any the bundle holds, and says that no timestamp covers its last events (R33)', async () => {
  const bundle = copy(() => []);
  rmSync(join(bundle, 'timestamps.jsonl'));
  expect(await bothSay(bundle, policy, authority.root)).toEqual({ verdict: 'anchored', findings: [] });
  expect((await command('verify', bundle, '--policy', policy)).stdout).toMatch(/last \d+ events .* no timestamp/);
});

describe('what is touched is found and named, by both verifiers alike (R19)', () => {
  const cases: readonly (readonly [string, (lines: Line[]) => readonly Line[], readonly string[]])[] = [
    ['two swapped', (lines) => lines.toReversed(), ['bundle timestamps.jsonl:2']],
    ['one twice', ([a, b]) => [a, a, b].filter((line) => line !== undefined), ['bundle timestamps.jsonl:2']],
    [
      'tokens of two checkpoints swapped',
      ([a, b]) =>
        a && b
          ? [
              { ...a, token: b.token },
              { ...b, token: a.token },
            ]
          : [],
      ['timestamp timestamps.jsonl:1', 'timestamp timestamps.jsonl:2'],
    ],
    [
      'no token',
      (lines) => lines.map((line) => ({ ...line, token: '' })),
      ['timestamp timestamps.jsonl:1', 'timestamp timestamps.jsonl:2'],
    ],
    [
      'a checkpoint of a size it never had',
      ([a, b]) => (a && b ? [{ ...a, note: a.note.replace(`\n${sizeOf(a)}\n`, `\n${sizeOf(a) + 1}\n`) }, b] : []),
      ['bundle timestamps.jsonl:1'],
    ],
    [
      'the way to the bundle’s checkpoint cut short',
      ([a, b]) => (a && b ? [{ ...a, consistency: a.consistency.slice(1) }, b] : []),
      ['bundle timestamps.jsonl:1'],
    ],
    [
      'a way where none is needed',
      ([a, b]) => (a && b ? [a, { ...b, consistency: a.consistency }] : []),
      ['bundle timestamps.jsonl:2'],
    ],
    [
      'something more on a line',
      (lines) => lines.map((line) => ({ ...line, more: '' })),
      ['bundle timestamps.jsonl:1', 'bundle timestamps.jsonl:2'],
    ],
  ];
  test.each(cases)('%s', async (_, change, findings) => {
    expect(await bothSay(copy(change), policy, authority.root)).toEqual({ verdict: 'broken', findings });
  });

  test('a byte of a token', async () => {
    const [first] = linesOf(whole);
    const length = Buffer.from(first?.token ?? '', 'base64').length;
    const says = (await verifyBundle(whole, undefined)).timestamps;
    let found = 0;
    // A prime step, so that it falls into every field: time, imprint, attributes, certificates, signature.
    for (let at = 0; at < length; at += 61) {
      const bundle = copy(([a, b]) => (a && b ? [{ ...a, token: flipped(a.token, at) }, b] : []));
      const { verdict, findings } = await bothSay(bundle, policy, authority.root);
      if (verdict === 'anchored') {
        // CMS signs what it says, not how it names its algorithms and issuers: it says the same.
        expect((await verifyBundle(bundle, undefined)).timestamps, `byte ${at}`).toEqual(says);
      } else {
        found += 1;
        expect(findings, `byte ${at}`).toEqual(['timestamp timestamps.jsonl:1']);
      }
    }
    expect(found).toBeGreaterThan((length / 61) * 0.7);
  });

  test('the last line cut', async () => {
    const bundle = copy((lines) => lines);
    const file = join(bundle, 'timestamps.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -1));
    expect((await bothSay(bundle, policy)).findings).toEqual(['bundle timestamps.jsonl:2']);
  });
});

test('an authority that does not answer is said so, and the bundle has what there was before (R33)', async () => {
  await authority.stop();
  const out = join(folder, 'alone');
  const made = await command('export', ticket.number, '--out', out, '--data', site.folder.path);
  expect(made.code, made.stderr).toBe(EXIT.ok);
  expect(made.stderr).toContain('no timestamp of the bundle');
  const size = Number(readFileSync(join(out, 'checkpoint'), 'utf8').split('\n')[1]);
  for (const line of linesOf(out)) expect(sizeOf(line)).toBeLessThan(size);
  expect(await bothSay(out, policy, authority.root)).toEqual({ verdict: 'anchored', findings: [] });
  expect(existsSync(join(out, 'summary.txt'))).toBe(true);
  expect(readFileSync(join(out, 'summary.txt'), 'utf8')).toMatch(/the last \d+ events were written/);
});
