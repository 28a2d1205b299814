import { join } from 'node:path';
import { generateSync } from 'otplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../bastion/cli/usage.ts';
import { openDatabase } from '../../store/database.ts';
import { command, gatewayOf, isAlive, type RunningCommand, start } from '../support/command-line.ts';
import { connectionsTo } from '../support/connections.ts';
import { FOUNDERS } from '../support/founders.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';
import { accepts } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LEASE_MS = 5000;
const AHEAD = join(import.meta.dirname, '../support/serve-ahead.ts');

const gone = (pid: number) => expect.poll(() => isAlive(pid), { timeout: LEASE_MS + 5000 }).toBe(false);

async function post(web: string, path: string, body: object) {
  const response = await fetch(`${web}/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: web },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

async function serving(data: string): Promise<{ readonly running: RunningCommand; readonly web: string }> {
  const running = start(['serve', '--data', data, '--http', '0', '--ssh', '0']);
  const said = await running.until((text) => text.includes('serves'));
  return { running, web: /serves (\S+)/.exec(said)?.[1] ?? '' };
}

test('init, serve, open the link, set a password, sign in; then everything stops when asked (R14)', async () => {
  const data = join(temporaryFolder(), 'data');
  const { stdout } = await command('init', '--data', data, ...FOUNDERS);
  const token = /join#(\S+)/.exec(stdout)?.[1] ?? '';
  const { running, web } = await serving(data);
  const gateway = gatewayOf(running.pid);

  const offer = await post(web, 'invitations/open', { token });
  expect(offer).toMatchObject({ status: 200, body: { name: 'root-admin', role: 'admin' } });
  const { secret } = offer.body.totp;
  const code = (await command('totp', secret)).stdout.trim();
  const accepted = await post(web, 'invitations/accept', { token, password: PASSWORD, code });
  expect(accepted.status).toBe(204);
  expect((await post(web, 'invitations/open', { token })).status).not.toBe(200);
  const signIn = (code: string) => post(web, 'login', { name: 'root-admin', password: PASSWORD, code });
  expect((await signIn(code)).status).toBe(401);
  // The next code, as an authenticator half a minute ahead would show it.
  const next = generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + 30 });
  expect(await signIn(next)).toMatchObject({ status: 200, body: { account: { name: 'root-admin', role: 'admin' } } });

  const second = await command('serve', '--data', data, '--http', '0');
  expect(second.code).toBe(EXIT.refused);
  expect(second.stderr).toContain(`process ${running.pid} is serving this data folder`);
  expect((await command('init', '--data', data, ...FOUNDERS)).code).toBe(EXIT.refused);
  // A folder that is being served verifies like one at rest.
  expect((await command('verify', '--data', data)).code).toBe(EXIT.ok);

  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(EXIT.ok);
  await gone(gateway);
  expect(await accepts(Number(new URL(web).port))).toBe(false);
  expect((await command('verify', '--data', data)).code).toBe(EXIT.ok);
});

let site: TestInstallation;

beforeAll(async () => {
  site = await startInstallation();
  await site.approvedTicket();
});
afterAll(() => site.stop());

async function servingSite(): Promise<RunningCommand> {
  const ahead = site.clock.now() - Date.now();
  const running = start([site.folder.path, String(ahead)], AHEAD);
  await running.until((text) => text.includes('serves'));
  await expect.poll(() => accepts(site.sshPort)).toBe(true);
  return running;
}

async function shellThrough(code: string) {
  const answers = { password: PASSWORD, code };
  const shell = ssh(['-tt', '-p', String(site.sshPort), 'engineer@127.0.0.1'], answers, { LANG: 'en_US.UTF-8' });
  shell.child.stdin.write('echo live-$((1+1))\n');
  await shell.until((text) => text.includes('live-2'));
  return shell;
}

async function sessions() {
  const database = await openDatabase({ kind: 'sqlite', file: site.folder.database });
  const rows = await database.transaction((tx) =>
    tx.selectFrom('session').select(['id', 'end_reason', 'ended_at']).orderBy('started_at').execute(),
  );
  const events = await database.transaction((tx) => tx.selectFrom('evidence').select('leaf').execute());
  await database.close();
  return { rows, events: events.map(({ leaf }): { type: string; details: { session?: string } } => JSON.parse(leaf)) };
}

test('a killed controller takes its gateway and sessions along, and the next start writes them down (R1, R18)', async () => {
  const code = site.code('engineer');
  await site.running.stop();
  const first = await servingSite();
  const gateway = gatewayOf(first.pid);
  const shell = await shellThrough(code);
  expect(connectionsTo(site.sshd.port)).toBe(1);

  const began = performance.now();
  first.child.kill('SIGKILL');
  expect((await shell.exit).code).not.toBe(0);
  await gone(gateway);
  const took = performance.now() - began;
  process.stdout.write(`controller killed → session over and gateway gone: ${took.toFixed(0)} ms\n`);
  expect(took).toBeLessThan(LEASE_MS);
  expect((await shell.exit).stdout.toString()).toContain('controller cannot be reached');
  expect(connectionsTo(site.sshd.port)).toBe(0);
  expect(await accepts(site.sshPort)).toBe(false);
  const [left] = (await sessions()).rows;
  expect(left).toMatchObject({ end_reason: null });

  const again = await servingSite();
  const { rows, events } = await sessions();
  expect(rows).toMatchObject([{ id: left?.id, end_reason: 'controller-lost' }]);
  const recovered = events.filter(({ type }) => type === 'recording.recovered');
  expect(recovered.map(({ details }) => details.session)).toEqual([left?.id]);
  expect((await command('verify', '--data', site.folder.path)).code).toBe(EXIT.ok);
  again.child.kill('SIGTERM');
  expect((await again.ended).code).toBe(0);
  expect(await command('verify', '--data', site.folder.path)).toMatchObject({
    code: EXIT.ok,
    stdout: expect.stringContaining('(0 sealed, 1 recovered, 0 open, 0 destroyed)'),
  });
});

test('asked to stop, the server closes live sessions in good order and leaves no process (R18)', async () => {
  const code = site.code('engineer');
  const running = await servingSite();
  const gateway = gatewayOf(running.pid);
  const shell = await shellThrough(code);
  running.child.kill('SIGTERM');
  expect((await shell.exit).stdout.toString()).toContain('Sluice is stopping');
  expect((await running.ended).code).toBe(0);
  await gone(gateway);
  expect(await accepts(site.sshPort)).toBe(false);
  expect((await sessions()).rows.at(-1)).toMatchObject({ end_reason: 'shutdown' });
  expect((await command('verify', '--data', site.folder.path)).code).toBe(EXIT.ok);
});
