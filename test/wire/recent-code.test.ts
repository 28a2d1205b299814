// OpenSSH with a key, through the whole product: the code is asked once, and then not, for the same user name only.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-key-'));
const key = join(folder, 'key');
let site: TestInstallation;
let keyId: string;

beforeAll(async () => {
  site = await startInstallation();
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'laptop', '-f', key]);
  const engineer = await site.signIn('engineer');
  const fresh = await site.fresh(engineer, 'key.add');
  const added = await site.running.services.publicKeys.add(engineer, fresh, readFileSync(`${key}.pub`, 'utf8').trim());
  keyId = added.id;
  await site.approvedTicket();
});
afterAll(async () => {
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Without `code` the client has nothing to answer a prompt with. */
const through = (name: string, code?: string) =>
  ssh(['-i', key, '-p', String(site.sshPort), `${name}@127.0.0.1`, 'echo in'], code === undefined ? {} : { code }).exit;
const full = () => `engineer+${site.sshd.login}`;

test('a key and a code, then for a while the key alone, for that user name only (R15, B1)', async () => {
  expect((await through('engineer')).code).toBe(255);
  expect((await through('engineer', site.code('engineer'))).stdout.toString()).toBe('in\n');
  const from = await evidenceSize(site);
  for (let again = 0; again < 3; again += 1) expect((await through('engineer')).stdout.toString()).toBe('in\n');
  const logins = (await evidence(site, from)).filter(({ type }) => type === 'login.succeeded');
  expect(logins).toHaveLength(3);
  for (const { details } of logins) expect(details.codeAt).toBeTypeOf('number');
  const { target } = await onlySession();
  expect((await through(`${full()}+${target}`)).code).toBe(255);
  expect((await through('engineer')).stdout.toString()).toBe('in\n');
});

test('removing the key ends it at once (R10)', async () => {
  const engineer = await site.signIn('engineer');
  await site.running.services.publicKeys.remove(engineer, await site.fresh(engineer, 'key.remove'), keyId);
  expect((await through('engineer')).code).toBe(255);
});

async function onlySession() {
  const [session] = await site.running.services.sessionLog.list(await site.signIn('auditor'), {});
  if (session === undefined) throw new Error('expected a session, found none');
  return session;
}
